import type {
  DeletePublicAccessBlockRequest,
  GetPublicAccessBlockOutput,
  GetPublicAccessBlockRequest,
  PutPublicAccessBlockRequest,
} from "@aws-sdk/client-s3-control";
import type { AccessNeed } from "../../authorization/model";
import type { Operation, RequestContext } from "../../world/operation";
import { publicAccessBlockOf } from "../s3/access/public-access";
import { malformedXml, noSuchPublicAccessBlock } from "./errors";
import { placeOf } from "./job-access";

/**
 * S3 Block Public Access of a whole account: it counts beside what its buckets block, the stricter of the two.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_control_PutPublicAccessBlock.html
 */
export const putPublicAccessBlock: Operation<PutPublicAccessBlockRequest, object> = {
  access: (input, context) => [accountNeed(input, context, "s3:PutAccountPublicAccessBlock")],
  handle(input, context) {
    const { accountId } = placeOf(input, context);
    const configuration = input.PublicAccessBlockConfiguration;
    if (configuration === undefined) throw malformedXml();
    const { accountPublicAccessBlocks: blocks } = context.world.s3;
    blocks.set(accountId, publicAccessBlockOf(configuration));
    return {};
  },
};

/** @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_control_GetPublicAccessBlock.html */
export const getPublicAccessBlock: Operation<
  GetPublicAccessBlockRequest,
  GetPublicAccessBlockOutput
> = {
  access: (input, context) => [accountNeed(input, context, "s3:GetAccountPublicAccessBlock")],
  handle(input, context) {
    const { accountId } = placeOf(input, context);
    const block = context.world.s3.accountPublicAccessBlocks.get(accountId);
    if (block === undefined) throw noSuchPublicAccessBlock(accountId);
    return { PublicAccessBlockConfiguration: { ...block } };
  },
};

/**
 * Needs the right to put; there is no action to delete.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_control_DeletePublicAccessBlock.html
 */
export const deletePublicAccessBlock: Operation<DeletePublicAccessBlockRequest, object> = {
  access: (input, context) => [accountNeed(input, context, "s3:PutAccountPublicAccessBlock")],
  handle(input, context) {
    context.world.s3.accountPublicAccessBlocks.delete(placeOf(input, context).accountId);
    return {};
  },
};

/** @throws AwsError `AccessDenied` for another account than the caller's */
function accountNeed(
  input: { readonly AccountId?: string | undefined },
  context: RequestContext,
  action: string,
): AccessNeed {
  placeOf(input, context);
  return { action, resource: "*" };
}
