import type { Principal } from "./model";

/** A service itself, as it calls others: no account owns it, so that only the policies of resources let it in. */
export function servicePrincipal(name: string): Principal {
  return { kind: "service", arn: name, principalArn: name, userId: name };
}
