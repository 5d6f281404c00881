/**
 * STS keeps nothing of its own: sessions are credentials, and those live in `IamState` beside the keys of users, so that
 * a signature is looked up in one place.
 */
export type { CredentialRecord } from "../iam/state";
