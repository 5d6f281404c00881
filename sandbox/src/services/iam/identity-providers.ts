import type {
  AddClientIDToOpenIDConnectProviderRequest,
  CreateOpenIDConnectProviderRequest,
  CreateOpenIDConnectProviderResponse,
  DeleteOpenIDConnectProviderRequest,
  GetOpenIDConnectProviderRequest,
  GetOpenIDConnectProviderResponse,
  ListOpenIDConnectProvidersRequest,
  ListOpenIDConnectProvidersResponse,
  ListOpenIDConnectProviderTagsRequest,
  ListOpenIDConnectProviderTagsResponse,
  RemoveClientIDFromOpenIDConnectProviderRequest,
  TagOpenIDConnectProviderRequest,
  UntagOpenIDConnectProviderRequest,
  UpdateOpenIDConnectProviderThumbprintRequest,
} from "@aws-sdk/client-iam";
import type { AccessNeed, ConditionKeys } from "../../authorization/model";
import { requestTagKeys } from "../../authorization/request-tags";
import type { Operation, RequestContext } from "../../world/operation";
import { accountNeed, accountOf } from "./access";
import * as errors from "./errors";
import { page, present } from "./input-rules";
import type { IdentityProvider } from "./model";
import { putTags, removeTags, resourceTagKeys, tagList } from "./tags";

/**
 * OpenID Connect providers. A provider is known by its URL, which is taken as it is written: with another case or a slash at the
 * end it is another one.
 * Source: IAM API reference, CreateOpenIDConnectProvider; quotas: IAM User Guide, "IAM and AWS STS quotas".
 */
const LIMITS = { urlCharacters: 255, clientIds: 100, clientIdCharacters: 255, thumbprints: 5 };

export const createOpenIDConnectProvider: Operation<
  CreateOpenIDConnectProviderRequest,
  CreateOpenIDConnectProviderResponse
> = {
  access(input, context) {
    const resource = arnOf(accountOf(context), checkUrl(input.Url));
    const conditionKeys = requestTagKeys(input.Tags);
    const needs = [{ action: "iam:CreateOpenIDConnectProvider", resource, conditionKeys }];
    if ((input.Tags ?? []).length > 0) {
      needs.push({ action: "iam:TagOpenIDConnectProvider", resource, conditionKeys });
    }
    return needs;
  },
  handle(input, context) {
    if ("ContextProvider" in input && input.ContextProvider !== undefined) {
      throw errors.notImplemented("ContextProvider of CreateOpenIDConnectProvider");
    }
    const url = checkUrl(input.Url);
    const arn = arnOf(accountOf(context), url);
    const providers = providersOf(context);
    if (providers.has(arn)) throw errors.identityProviderExists(url);
    const clientIds = new Set((input.ClientIDList ?? []).map(checkClientId));
    if (clientIds.size > LIMITS.clientIds) throw tooManyClientIds();
    const tags = new Map<string, string>();
    putTags(tags, input.Tags ?? []);
    providers.set(arn, {
      arn,
      url: withoutScheme(url),
      createdEpochMs: context.nowEpochMs,
      clientIds,
      thumbprints: checkThumbprints(input.ThumbprintList ?? []),
      tags,
    });
    return { OpenIDConnectProviderArn: arn, Tags: tags.size === 0 ? undefined : tagList(tags) };
  },
};

export const getOpenIDConnectProvider: Operation<
  GetOpenIDConnectProviderRequest,
  GetOpenIDConnectProviderResponse
> = {
  access: (input, context) => providerNeed(context, input),
  handle(input, context) {
    const { clientIds, createdEpochMs, tags, thumbprints, url } = findProvider(context, input);
    return {
      Url: url,
      ClientIDList: [...clientIds],
      ThumbprintList: [...thumbprints],
      CreateDate: new Date(createdEpochMs),
      Tags: tagList(tags),
    };
  },
};

export const listOpenIDConnectProviders: Operation<
  ListOpenIDConnectProvidersRequest,
  ListOpenIDConnectProvidersResponse
> = {
  access: (_input, context) => accountNeed(context),
  handle: (_input, context) => ({
    OpenIDConnectProviderList: [...providersOf(context).keys()].map((Arn) => ({ Arn })),
  }),
};

/** IAM answers the same for a provider that is not there. Source: API reference, "This operation is idempotent". */
export const deleteOpenIDConnectProvider: Operation<DeleteOpenIDConnectProviderRequest, void> = {
  access: (input, context) => providerNeed(context, input),
  handle(input, context) {
    providersOf(context).delete(checkArn(input.OpenIDConnectProviderArn));
  },
};

export const addClientIDToOpenIDConnectProvider: Operation<
  AddClientIDToOpenIDConnectProviderRequest,
  void
> = {
  access: (input, context) => providerNeed(context, input),
  handle(input, context) {
    const { clientIds } = findProvider(context, input);
    const clientId = checkClientId(present(input.ClientID, "clientID"));
    if (!clientIds.has(clientId) && clientIds.size === LIMITS.clientIds) throw tooManyClientIds();
    clientIds.add(clientId);
  },
};

/** Idempotent, as AWS says of it. */
export const removeClientIDFromOpenIDConnectProvider: Operation<
  RemoveClientIDFromOpenIDConnectProviderRequest,
  void
> = {
  access: (input, context) => providerNeed(context, input),
  handle(input, context) {
    findProvider(context, input).clientIds.delete(present(input.ClientID, "clientID"));
  },
};

export const updateOpenIDConnectProviderThumbprint: Operation<
  UpdateOpenIDConnectProviderThumbprintRequest,
  void
> = {
  access: (input, context) => providerNeed(context, input),
  handle(input, context) {
    const thumbprints = present(input.ThumbprintList, "thumbprintList");
    findProvider(context, input).thumbprints = checkThumbprints(thumbprints);
  },
};

export const tagOpenIDConnectProvider: Operation<TagOpenIDConnectProviderRequest, void> = {
  access: (input, context) => providerNeed(context, input, requestTagKeys(input.Tags)),
  handle(input, context) {
    putTags(findProvider(context, input).tags, input.Tags ?? []);
  },
};

export const untagOpenIDConnectProvider: Operation<UntagOpenIDConnectProviderRequest, void> = {
  access: (input, context) =>
    providerNeed(context, input, requestTagKeys(undefined, input.TagKeys)),
  handle(input, context) {
    removeTags(findProvider(context, input).tags, input.TagKeys ?? []);
  },
};

export const listOpenIDConnectProviderTags: Operation<
  ListOpenIDConnectProviderTagsRequest,
  ListOpenIDConnectProviderTagsResponse
> = {
  access: (input, context) => providerNeed(context, input),
  handle(input, context) {
    const { items, ...rest } = page(tagList(findProvider(context, input).tags), input);
    return { Tags: items, ...rest };
  },
};

interface NamesProvider {
  readonly OpenIDConnectProviderArn?: string;
}

function providersOf(context: RequestContext): Map<string, IdentityProvider> {
  return context.world.iam.account(accountOf(context)).identityProviders;
}

/** @throws AwsError NoSuchEntity, InvalidInput */
function findProvider(context: RequestContext, input: NamesProvider): IdentityProvider {
  const arn = checkArn(input.OpenIDConnectProviderArn);
  const provider = providersOf(context).get(arn);
  if (provider === undefined) throw errors.noSuchIdentityProvider(arn);
  return provider;
}

function providerNeed(
  context: RequestContext,
  input: NamesProvider,
  conditionKeys?: ConditionKeys,
): readonly AccessNeed[] {
  const resource = checkArn(input.OpenIDConnectProviderArn);
  const tags = providersOf(context).get(resource)?.tags ?? new Map<string, string>();
  return [
    {
      action: `iam:${context.operation}`,
      resource,
      conditionKeys: { ...resourceTagKeys(tags), ...conditionKeys },
    },
  ];
}

function checkArn(arn: string | undefined): string {
  const text = present(arn, "openIDConnectProviderArn");
  if (!/^arn:aws[\w-]*:iam::\d{12}:oidc-provider\/.+$/.test(text)) {
    throw errors.invalidInput(`Invalid ARN: ${text}`);
  }
  return text;
}

function checkUrl(url: string | undefined): string {
  const text = present(url, "url");
  if (text.length > LIMITS.urlCharacters) {
    throw errors.outOfBounds(
      "url",
      `Member must have length less than or equal to ${LIMITS.urlCharacters}`,
    );
  }
  // Its claim `iss` begins in the same way, and has neither a query nor a port. Text assumed.
  if (!/^https:\/\/[^/?#:]+(\/[^?#]*)?$/.test(text)) {
    throw errors.invalidInput("Invalid Open ID Connect Provider URL");
  }
  return text;
}

function checkClientId(clientId: string): string {
  if (clientId.length < 1 || clientId.length > LIMITS.clientIdCharacters) {
    throw errors.outOfBounds(
      "clientIDList",
      `Member must have length between 1 and ${LIMITS.clientIdCharacters}`,
    );
  }
  return clientId;
}

function tooManyClientIds() {
  return errors.quotaExceeded("ClientIdsPerOpenIdConnectProvider", LIMITS.clientIds);
}

/** Texts assumed; the codes are not. */
function checkThumbprints(thumbprints: readonly string[]): readonly string[] {
  if (thumbprints.length > LIMITS.thumbprints) {
    throw errors.invalidInput("Thumbprint list must contain fewer than 5 entries.");
  }
  for (const thumbprint of thumbprints) {
    if (!/^[0-9A-Fa-f]{40}$/.test(thumbprint)) {
      throw errors.invalidInput("Thumbprint must be 40 hexadecimal characters.");
    }
  }
  return thumbprints;
}

function arnOf(accountId: string, url: string): string {
  return `arn:aws:iam::${accountId}:oidc-provider/${withoutScheme(url)}`;
}

function withoutScheme(url: string): string {
  return url.slice("https://".length);
}
