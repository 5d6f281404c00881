import type {
  DeleteBucketWebsiteRequest,
  GetBucketWebsiteOutput,
  GetBucketWebsiteRequest,
  PutBucketWebsiteRequest,
  RoutingRule,
  WebsiteConfiguration,
} from "@aws-sdk/client-s3";
import { bucketOperation } from "./bucket-operation";
import {
  invalidArgument,
  invalidRequest,
  malformedXml,
  noSuchWebsiteConfiguration,
} from "../errors";

/**
 * The website configuration of a bucket, kept and given back; the sandbox has no website endpoints.
 * Texts are those of versitygw, which models AWS's answers (assumed).
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketWebsite.html
 */

const WEBSITE = "website";
const MAXIMUM_RULES_COUNT = 50;

export const getBucketWebsite = bucketOperation<GetBucketWebsiteRequest, GetBucketWebsiteOutput>({
  action: "s3:GetBucketWebsite",
  handle(bucket) {
    const configuration = bucket.stored.get(WEBSITE) as WebsiteConfiguration | undefined;
    if (configuration === undefined) throw noSuchWebsiteConfiguration(bucket.name);
    return configuration;
  },
});

export const putBucketWebsite = bucketOperation<PutBucketWebsiteRequest, object>({
  action: "s3:PutBucketWebsite",
  handle(bucket, input) {
    const configuration = input.WebsiteConfiguration ?? {};
    checkConfiguration(configuration);
    bucket.stored.set(WEBSITE, configuration);
    return {};
  },
});

export const deleteBucketWebsite = bucketOperation<DeleteBucketWebsiteRequest, object>({
  action: "s3:DeleteBucketWebsite",
  handle(bucket) {
    bucket.stored.delete(WEBSITE);
    return {};
  },
});

/** @throws AwsError MalformedXML, InvalidArgument, InvalidRequest */
function checkConfiguration(configuration: WebsiteConfiguration): void {
  const { RedirectAllRequestsTo: everything, IndexDocument: index } = configuration;
  const { ErrorDocument: error, RoutingRules: rules } = configuration;
  if (everything !== undefined) {
    const hasMore = index !== undefined || error !== undefined || rules !== undefined;
    if (hasMore || !everything.HostName) throw malformedXml();
    checkProtocol(everything.Protocol);
    return;
  }
  if (index === undefined) throw malformedXml();
  const suffix = index.Suffix ?? "";
  if (suffix === "" || suffix.includes("/")) {
    throw invalidArgument("IndexDocument", suffix, "The IndexDocument Suffix is not well formed");
  }
  if (error !== undefined && !error.Key) {
    throw invalidArgument("ErrorDocument", error.Key, "The ErrorDocument Key is not well formed");
  }
  if (rules === undefined) return;
  if (rules.length === 0) throw malformedXml();
  if (rules.length > MAXIMUM_RULES_COUNT) {
    throw invalidRequest(
      `${rules.length} routing rules provided, the number of routing rules in a website configuration is limited to 50.`,
    );
  }
  rules.forEach(checkRule);
}

function checkRule({ Redirect: redirect, Condition: condition }: RoutingRule): void {
  if (redirect === undefined || isEmpty(redirect)) throw malformedXml();
  if (redirect.ReplaceKeyWith !== undefined && redirect.ReplaceKeyPrefixWith !== undefined) {
    throw invalidRequest("You can only define ReplaceKeyPrefix or ReplaceKey but not both.");
  }
  checkProtocol(redirect.Protocol);
  const redirectCode = statusOf(redirect.HttpRedirectCode);
  if (redirectCode !== undefined && ![301, 302, 303, 304, 305, 307, 308].includes(redirectCode)) {
    throw invalidRequest(
      `The provided HTTP redirect code (${redirectCode}) is not valid. Valid codes are 3XX except 300.`,
    );
  }
  if (condition === undefined) return;
  if (isEmpty(condition)) throw malformedXml();
  const errorCode = statusOf(condition.HttpErrorCodeReturnedEquals);
  const isErrorCode =
    errorCode === undefined ||
    (errorCode >= 400 && errorCode <= 417) ||
    (errorCode >= 500 && errorCode <= 505);
  if (!isErrorCode) {
    throw invalidRequest(
      `The provided HTTP error code (${errorCode}) is not valid. Valid codes are 4XX or 5XX.`,
    );
  }
}

function isEmpty(structure: object): boolean {
  return Object.values(structure).every((value) => value === undefined);
}

function checkProtocol(protocol: string | undefined): void {
  if (protocol === undefined || protocol === "http" || protocol === "https") return;
  throw invalidRequest(
    "Invalid protocol, protocol can be http or https. If not defined the protocol will be selected automatically.",
  );
}

function statusOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (!/^\d+$/.test(text)) throw malformedXml();
  return Number(text);
}
