/** Policies that tests of KMS give to keys. */

export const keyPolicy = (...statements: object[]) =>
  JSON.stringify({
    Version: "2012-10-17",
    Statement: statements.map((statement) => ({ Effect: "Allow", Resource: "*", ...statement })),
  });

export const toAccount = (account: string, rest: object = {}) => ({
  Principal: { AWS: `arn:aws:iam::${account}:root` },
  Action: "kms:*",
  ...rest,
});
