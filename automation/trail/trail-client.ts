import { S3Client } from "@aws-sdk/client-s3";
import { tellAnswers } from "../aws/answers";
import type { AccountClients } from "../aws/aws-clients";
import type { AwsEnvironment } from "../aws/configured-endpoint";
import { rememberRequests } from "../aws/request-facts";

/**
 * Reads where a trail delivers: in a bucket of the account, or of another one that an organization keeps for it, in any Region. Nobody says
 * whose it is, so no request names an owner: what CloudTrail has signed needs none, and nothing is written.
 * @param account whose credentials they are, and the Region to ask first
 */
export function trailClient(
  { endpoint, s3 }: AccountClients,
  account: { readonly accountId: string; readonly region: string },
  { onAnswer }: AwsEnvironment,
): S3Client {
  const { accountId, region } = account;
  const client = new S3Client({
    region,
    credentials: s3.config.credentials,
    followRegionRedirects: true,
    ...(endpoint !== undefined && { endpoint, forcePathStyle: true }),
  });
  rememberRequests(client);
  if (onAnswer !== undefined) tellAnswers(client, { accountId, region }, onAnswer);
  return client;
}
