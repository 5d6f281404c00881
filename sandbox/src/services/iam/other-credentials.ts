import type {
  DeleteLoginProfileRequest,
  ListMFADevicesRequest,
  ListMFADevicesResponse,
  ListServiceSpecificCredentialsRequest,
  ListServiceSpecificCredentialsResponse,
  ListSigningCertificatesRequest,
  ListSigningCertificatesResponse,
  ListSSHPublicKeysRequest,
  ListSSHPublicKeysResponse,
  ListVirtualMFADevicesRequest,
  ListVirtualMFADevicesResponse,
} from "@aws-sdk/client-iam";
import type { Operation, RequestContext } from "../../world/operation";
import { accountNeed, accountOf, findIdentity, identityNeed } from "./access";
import * as errors from "./errors";
import { nameOrCaller } from "./users";

/**
 * Credentials that cannot be made here: passwords, MFA devices, SSH keys, certificates. Tools ask for all of them
 * before they delete a user, so the lists answer, always empty.
 */

interface OfUser {
  readonly UserName?: string;
}

/** An operation on the user named, or on the caller. */
function ofUser<Input extends OfUser, Output>(answer: (userName: string) => Output) {
  return {
    access: (input, context) => [identityNeed(context, "user", nameOrCaller(input, context))],
    handle: (input, context: RequestContext) =>
      answer(findIdentity(context, "user", nameOrCaller(input, context)).name),
  } satisfies Operation<Input, Output>;
}

export const listSSHPublicKeys = ofUser<ListSSHPublicKeysRequest, ListSSHPublicKeysResponse>(
  () => ({ SSHPublicKeys: [], IsTruncated: false }),
);

export const listSigningCertificates = ofUser<
  ListSigningCertificatesRequest,
  ListSigningCertificatesResponse
>(() => ({ Certificates: [], IsTruncated: false }));

export const listServiceSpecificCredentials = ofUser<
  ListServiceSpecificCredentialsRequest,
  ListServiceSpecificCredentialsResponse
>(() => ({ ServiceSpecificCredentials: [], IsTruncated: false }));

export const listMFADevices = ofUser<ListMFADevicesRequest, ListMFADevicesResponse>(() => ({
  MFADevices: [],
  IsTruncated: false,
}));

export const listVirtualMFADevices: Operation<
  ListVirtualMFADevicesRequest,
  ListVirtualMFADevicesResponse
> = {
  access: (_input, context) => accountNeed(context, `arn:aws:iam::${accountOf(context)}:mfa/*`),
  handle: () => ({ VirtualMFADevices: [], IsTruncated: false }),
};

export const deleteLoginProfile = ofUser<DeleteLoginProfileRequest, never>((userName) => {
  throw errors.noSuchLoginProfile(userName);
});
