// How many jobs there are, asked without any setting in code.
import { ListJobsCommand, S3ControlClient } from "@aws-sdk/client-s3-control";

const { Jobs } = await new S3ControlClient().send(
  new ListJobsCommand({ AccountId: process.env.ACCOUNT_ID }),
);
console.log(Jobs.length);
