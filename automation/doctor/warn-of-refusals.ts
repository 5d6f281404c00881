import type { LockstepConfig } from "../../components/config/types";
import { accountClients, type AwsEnvironment } from "../aws/aws-clients";
import type { Session } from "../events";
import { placesOf } from "../stack/preflight";
import { checkPolicies } from "./check-policies";

/**
 * After a verdict that is not clean: names the statements of others that keep our roles out, since neither a report's
 * `DstPutObjectNotPermitted` nor a failed job does.
 */
export async function warnOfRefusals(
  config: LockstepConfig,
  environment: AwsEnvironment,
  session: Session,
): Promise<void> {
  for (const looked of placesOf(config)) {
    const clients = await accountClients(looked.access, environment);
    try {
      const place = { ...looked, clients };
      for (const { message, path } of await checkPolicies(place, config, session)) {
        session.emit({ type: "warning", code: "PolicyRefuses", message: `${path}: ${message}` });
      }
    } finally {
      clients.destroy();
    }
  }
}
