import { invalidTrailName } from "./errors";

const MINIMUM_CHARACTERS = 3;
const MAXIMUM_CHARACTERS = 128;

/**
 * @throws AwsError InvalidTrailNameException
 * @see https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-trail-naming-requirements.html
 */
export function checkTrailName(name: string): void {
  const { length } = name;
  if (length < MINIMUM_CHARACTERS) {
    throw invalidTrailName(
      `Trail name too short. Minimum allowed length: ${MINIMUM_CHARACTERS} characters. Specified name length: ${length} characters.`,
    );
  }
  if (length > MAXIMUM_CHARACTERS) {
    throw invalidTrailName(
      `Trail name too long. Maximum allowed length: ${MAXIMUM_CHARACTERS} characters. Specified name length: ${length} characters.`,
    );
  }
  if (/[^\w.-]/.test(name)) {
    throw invalidTrailName(
      "Trail name or ARN can only contain uppercase letters, lowercase letters, numbers, periods (.), hyphens (-), and underscores (_).",
    );
  }
  if (!/^[A-Za-z\d]/.test(name)) {
    throw invalidTrailName("Trail name must starts with a letter or number.");
  }
  if (!/[A-Za-z\d]$/.test(name)) {
    throw invalidTrailName("Trail name must ends with a letter or number.");
  }
  if (/[._-]{2}/.test(name)) {
    throw invalidTrailName(
      "Trail name cannot have adjacent periods (.), hyphens (-), or underscores (_).",
    );
  }
  if (/^\d{1,3}(\.\d{1,3}){3}$/.test(name)) {
    throw invalidTrailName("Trail name cannot be in IP address format.");
  }
}
