import {
  DeleteRolePolicyCommand,
  GetRolePolicyCommand,
  PutRolePolicyCommand,
} from "@aws-sdk/client-iam";
import { z } from "zod";
import { send, unlessAbsent } from "../../send";
import type { AwsType } from "../resource";
import type { Clients } from "../clients";

const inputs = z.strictObject({
  name: z.string(),
  policy: z.string(),
  role: z.string(),
});

type Inputs = z.infer<typeof inputs>;

/** `aws.iam.RolePolicy`: an inline policy of a role. The id is `role:name`. */
export const rolePolicy: AwsType<Inputs> = {
  token: "aws:iam/rolePolicy:RolePolicy",
  noun: "IAM Role Policy",
  inputs,
  identity: ["role", "name"],
  replaceOn: ["name", "role"],
  documents: ["policy"],
  computed: [],
  autoNamed: { property: "name", maxLength: 128 },
  isRegional: false,

  async create(policy, clients) {
    await put(policy, clients);
    return `${policy.role}:${policy.name}`;
  },

  async read(id, clients) {
    const { role, name } = partsOf(id);
    const answer = await unlessAbsent(
      send(await clients.iam(), new GetRolePolicyCommand({ RoleName: role, PolicyName: name })),
      "NoSuchEntity",
      "NoSuchEntityException",
    );
    if (answer?.PolicyDocument === undefined) return undefined;
    // IAM answers policy documents percent-encoded.
    return { role, name, policy: decodeURIComponent(answer.PolicyDocument) };
  },

  update: (_id, news, _olds, clients) => put(news, clients),

  async delete(id, _inputs, clients) {
    const { role, name } = partsOf(id);
    await unlessAbsent(
      send(await clients.iam(), new DeleteRolePolicyCommand({ RoleName: role, PolicyName: name })),
      "NoSuchEntity",
      "NoSuchEntityException",
    );
  },
};

async function put({ role, name, policy }: Inputs, clients: Clients): Promise<void> {
  await send(
    await clients.iam(),
    new PutRolePolicyCommand({ RoleName: role, PolicyName: name, PolicyDocument: policy }),
  );
}

/** @throws Error when the id is not of the form `role:name`, as an import may give it */
function partsOf(id: string): { role: string; name: string } {
  const [role, name] = id.split(":");
  if (!role || !name) throw new Error(`unexpected id "${id}": expected ROLE:NAME`);
  return { role, name };
}
