import type { AliasListEntry, ListAliasesResponse } from "@aws-sdk/client-kms";
import { alreadyExists, notFound, type HandlerContext, type ResourceType } from "../resource-type";
import { allPages } from "./all-pages";

const TYPE = "AWS::KMS::Alias";

/** `AWS::KMS::Alias` over KMS's own operations. */
export const kmsAlias: ResourceType = {
  actsOn: ["AliasName", "TargetKeyId"],

  identifierOf: (model) => model["AliasName"] as string | undefined,

  create(model, context) {
    const name = model["AliasName"] as string;
    if (findAlias(name, context) !== undefined) throw alreadyExists(TYPE, name);
    context.call("kms", "CreateAlias", { AliasName: name, TargetKeyId: model["TargetKeyId"] });
    return name;
  },

  read(name, context) {
    const alias = requireAlias(name, context);
    return { AliasName: name, TargetKeyId: alias.TargetKeyId };
  },

  update(name, current, desired, context) {
    if (current["TargetKeyId"] === desired["TargetKeyId"]) return;
    context.call("kms", "UpdateAlias", { AliasName: name, TargetKeyId: desired["TargetKeyId"] });
  },

  delete(name, context) {
    requireAlias(name, context);
    context.call("kms", "DeleteAlias", { AliasName: name });
  },

  list: (_filter, context) => aliases(context).map((alias) => alias.AliasName ?? ""),
};

const aliases = (context: HandlerContext): AliasListEntry[] =>
  allPages<ListAliasesResponse, AliasListEntry>(
    (marker) => context.call("kms", "ListAliases", { Marker: marker }),
    (page) => ({ items: page.Aliases, next: page.NextMarker }),
  );

const findAlias = (name: string, context: HandlerContext): AliasListEntry | undefined =>
  aliases(context).find((alias) => alias.AliasName === name);

function requireAlias(name: string, context: HandlerContext): AliasListEntry {
  const alias = findAlias(name, context);
  if (alias === undefined) throw notFound(TYPE, name);
  return alias;
}
