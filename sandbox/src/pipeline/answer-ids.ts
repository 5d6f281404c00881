import type { AnswerIds } from "../protocols/protocol";
import type { Random } from "../values/random";
import type { ServiceName } from "../world/service-name";

const S3_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const BASE64_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/**
 * Makes the ids of answers. It has a random stream of its own, so that a repeated or refused request does not change the
 * ids that resources get.
 */
export class AnswerIdSource {
  private readonly random: Random;

  constructor(worldRandom: Random) {
    this.random = worldRandom.fork("answer ids");
  }

  next(service: ServiceName): AnswerIds {
    if (service !== "s3" && service !== "s3control") {
      return { requestId: this.random.uuid(), hostId: "" };
    }
    return {
      requestId: this.random.id(16, S3_ALPHABET),
      hostId: `${this.random.id(75, BASE64_ALPHABET)}=`,
    };
  }
}
