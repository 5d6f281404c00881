import { GetCallerIdentityCommand } from "@aws-sdk/client-sts";
import { send } from "../../send";
import { regionOf, type AwsFunction } from "../function";
import { REGIONS } from "./regions";

/** Functions about where and who the provider is. */
export const accountFunctions: Readonly<Record<string, AwsFunction>> = {
  "aws:index/getCallerIdentity:getCallerIdentity": {
    args: [],
    async invoke(_args, clients) {
      const identity = await send(await clients.sts(), new GetCallerIdentityCommand({}));
      return {
        id: identity.Account,
        accountId: identity.Account,
        arn: identity.Arn,
        userId: identity.UserId,
      };
    },
  },

  "aws:index/getRegion:getRegion": {
    args: ["name", "region"],
    invoke(args, clients) {
      const region = typeof args["name"] === "string" ? args["name"] : regionOf(args, clients);
      const description = REGIONS[region];
      if (description === undefined) {
        return Promise.reject(
          new Error(`finding Region using name: region not found for name "${region}"`),
        );
      }
      const endpoint = `ec2.${region}.amazonaws.com`;
      return Promise.resolve({ id: region, name: region, region, description, endpoint });
    },
  },

  // The sandbox is the partition `aws`.
  "aws:index/getPartition:getPartition": {
    args: [],
    invoke: () =>
      Promise.resolve({
        id: "aws",
        partition: "aws",
        dnsSuffix: "amazonaws.com",
        reverseDnsPrefix: "com.amazonaws",
      }),
  },
};
