import type { PolicyResource } from "../resource";
import { at, isTrueAt, type Read, textAt, UNKNOWN, type Unknown } from "../values";
import type { Program } from "./program";

/** A provider resource, which works in one account. */
export interface ProviderFacts {
  readonly resource: PolicyResource;
  /** `aws` or `aws-native`. */
  readonly package: string;
  /** The accounts that it lets itself be used in; empty: any. */
  readonly allowedAccountIds: readonly string[] | Unknown;
  /** Whether the provider looks at them at all. */
  readonly isChecked: boolean | Unknown;
}

const PROVIDERS = "pulumi:providers:";

/** The provider of a resource; undefined where it is not told. */
export function providerOf(program: Program, resource: PolicyResource): ProviderFacts | undefined {
  const provider =
    resource.providerUrn === undefined ? undefined : program.resourceOf(resource.providerUrn);
  if (provider === undefined || !provider.type.startsWith(PROVIDERS)) return undefined;
  const name = provider.type.slice(PROVIDERS.length);
  return {
    resource: provider,
    package: name,
    allowedAccountIds: accountIdsIn(at(provider.props, "allowedAccountIds")),
    isChecked: isChecked(name, provider),
  };
}

/**
 * `aws-native` looks at its allowed accounts only when it looks at its credentials, which its SDK turns off by default. Seen with
 * the real plugin: a bucket was made in another account than the allowed one.
 */
function isChecked(name: string, { props }: PolicyResource): boolean | Unknown {
  const path = "skipCredentialsValidation";
  if (name !== "aws-native") return true;
  const said = at(props, path);
  if (said === undefined) return false;
  const isSkipped = isTrueAt(props, path);
  return isSkipped === UNKNOWN ? UNKNOWN : !isSkipped;
}

/** Lists travel as JSON text in a provider's inputs. */
function accountIdsIn(value: Read): readonly string[] | Unknown {
  if (value === UNKNOWN) return UNKNOWN;
  const ids = parsed(value);
  if (ids === UNKNOWN) return UNKNOWN;
  if (!Array.isArray(ids)) return [];
  return ids.includes(UNKNOWN) ? UNKNOWN : ids.filter((id) => typeof id === "string");
}

/** A text that is no JSON stands for itself. */
function parsed(value: Read): Read {
  if (typeof value !== "string") return value;
  try {
    return JSON.parse(value) as Read;
  } catch (error) {
    if (error instanceof SyntaxError) return value;
    throw error;
  }
}

/** The account of a resource, by its provider or by its own ARN; undefined where nothing tells it. */
export function accountOf(program: Program, resource: PolicyResource): string | undefined {
  const arn = textAt(resource.outputs, "arn");
  const own = typeof arn === "string" ? accountInArn(arn) : undefined;
  if (own !== undefined) return own;
  const provider = providerOf(program, resource);
  if (provider === undefined) return undefined;
  const { allowedAccountIds, isChecked: counts } = provider;
  if (allowedAccountIds !== UNKNOWN && allowedAccountIds.length === 1 && counts === true) {
    return allowedAccountIds[0];
  }
  return accountOfRole(provider.resource);
}

/** Of the role that a provider takes on. `aws` has a chain of them, the last of which works. */
function accountOfRole({ props }: PolicyResource): string | undefined {
  for (const member of ["assumeRoles", "assumeRole"]) {
    const value = parsed(at(props, member));
    const last = Array.isArray(value) ? (value as Read[]).at(-1) : value;
    const arn = textAt(last, "roleArn");
    if (typeof arn === "string") return accountInArn(arn);
  }
  return undefined;
}

/** The account in an ARN; undefined where it has none, as a bucket's. */
export function accountInArn(arn: string): string | undefined {
  const account = /^arn:[^:]+:[^:]*:[^:]*:(\d{12}):/.exec(arn)?.[1];
  return account;
}

/** Whether a resource is a provider that Pulumi makes by itself: `default`, or `default_` and its version. */
export function isDefaultProvider({ name, type }: PolicyResource): boolean {
  return type.startsWith(PROVIDERS) && /^default(_\d.*)?$/.test(name);
}
