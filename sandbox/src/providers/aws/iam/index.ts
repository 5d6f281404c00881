import { defined, type AwsModule } from "../module";
import { roleFunctions } from "./functions";
import { role } from "./role";
import { rolePolicy } from "./role-policy";

export const iam: AwsModule = {
  types: [defined(role), defined(rolePolicy)],
  functions: roleFunctions,
};
