/** The services that the sandbox serves, by the name of their folder under `services/`. */
export type ServiceName =
  | "s3"
  | "s3control"
  | "iam"
  | "sts"
  | "kms"
  | "cloudcontrol"
  | "cloudwatch"
  | "sns"
  | "eventbridge"
  | "cloudtrail"
  | "athena";
