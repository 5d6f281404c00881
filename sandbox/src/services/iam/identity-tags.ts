import type { Tag } from "@aws-sdk/client-iam";
import { requestTagKeys } from "../../authorization/request-tags";
import type { Operation } from "../../world/operation";
import { findIdentity, identityNeed } from "./access";
import type { IdentityKind } from "./access";
import { page } from "./input-rules";
import { putTags, removeTags, tagList } from "./tags";

/** Tags of roles (TagRole, UntagRole, ListRoleTags) and of users (TagUser, ...). */
interface Named {
  readonly RoleName?: string;
  readonly UserName?: string;
}

export function identityTagOperations(kind: Exclude<IdentityKind, "group">) {
  const nameOf = (input: Named) => (kind === "role" ? input.RoleName : input.UserName);

  const tag: Operation<Named & { readonly Tags?: readonly Tag[] }, void> = {
    access: (input, context) => [
      identityNeed(context, kind, nameOf(input), requestTagKeys(input.Tags)),
    ],
    handle(input, context) {
      putTags(findIdentity(context, kind, nameOf(input)).tags, input.Tags ?? []);
      context.world.iam.changed();
    },
  };

  const untag: Operation<Named & { readonly TagKeys?: readonly string[] }, void> = {
    access: (input, context) => [
      identityNeed(context, kind, nameOf(input), requestTagKeys(undefined, input.TagKeys)),
    ],
    handle(input, context) {
      const identity = findIdentity(context, kind, nameOf(input));
      removeTags(identity.tags, input.TagKeys ?? []);
      context.world.iam.changed();
    },
  };

  const list: Operation<Named & { readonly Marker?: string; readonly MaxItems?: number }, object> =
    {
      access: (input, context) => [identityNeed(context, kind, nameOf(input))],
      handle(input, context) {
        const identity = findIdentity(context, kind, nameOf(input));
        const { items, ...rest } = page(tagList(identity.tags), input);
        return { Tags: items, ...rest };
      },
    };

  return { tag, untag, list };
}
