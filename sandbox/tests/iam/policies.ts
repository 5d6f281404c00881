/** Policies that tests of IAM give to roles and users. */

export const S3_TRUST = JSON.stringify({
  Version: "2012-10-17",
  Statement: [
    { Effect: "Allow", Principal: { Service: "s3.amazonaws.com" }, Action: "sts:AssumeRole" },
  ],
});

export const trustOf = (principal: string) =>
  S3_TRUST.replace('"Service":"s3.amazonaws.com"', `"AWS":"${principal}"`);

export const READ = JSON.stringify({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Action: "s3:Get*", Resource: "arn:aws:s3:::records/*" }],
});
