/**
 * The Regions of the `aws` partition that a LocationConstraint may name, beside `EU` for eu-west-1.
 * @see https://docs.aws.amazon.com/general/latest/gr/s3.html
 */
const REGIONS: ReadonlySet<string> = new Set([
  "af-south-1",
  "ap-east-1",
  "ap-east-2",
  "ap-northeast-1",
  "ap-northeast-2",
  "ap-northeast-3",
  "ap-south-1",
  "ap-south-2",
  "ap-southeast-1",
  "ap-southeast-2",
  "ap-southeast-3",
  "ap-southeast-4",
  "ap-southeast-5",
  "ap-southeast-6",
  "ap-southeast-7",
  "ca-central-1",
  "ca-west-1",
  "eu-central-1",
  "eu-central-2",
  "eu-north-1",
  "eu-south-1",
  "eu-south-2",
  "eu-west-1",
  "eu-west-2",
  "eu-west-3",
  "il-central-1",
  "me-central-1",
  "me-south-1",
  "mx-central-1",
  "sa-east-1",
  "us-east-1",
  "us-east-2",
  "us-west-1",
  "us-west-2",
]);

/** The Region of the global endpoint, which is spelled as no LocationConstraint at all. */
export const GLOBAL_REGION = "us-east-1";

export function isRegion(name: string): boolean {
  return REGIONS.has(name);
}

/** The Region that a LocationConstraint stands for. */
export function regionOfLocation(locationConstraint: string): string {
  return locationConstraint === "EU" ? "eu-west-1" : locationConstraint;
}
