import type { Credentials } from "@aws-sdk/client-sts";

/** The credentials of a session as STS answers them. */
export function sessionCredentials(session: {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
  readonly expiresEpochMs: number;
}): Credentials {
  return {
    AccessKeyId: session.accessKeyId,
    SecretAccessKey: session.secretAccessKey,
    SessionToken: session.sessionToken,
    Expiration: new Date(session.expiresEpochMs),
  };
}
