import { expect } from "chai";

/** What is expected of an error of the AWS SDK. */
export interface ExpectedError {
  /** The code on the wire. */
  readonly name: string;
  readonly status: number;
  readonly message?: string;
}

interface SdkError {
  readonly name: string;
  readonly message: string;
  readonly $metadata?: { readonly httpStatusCode?: number };
}

/** Waits for a call to fail as expected, and gives the error for more questions. */
export async function expectAwsError(
  call: Promise<unknown>,
  expected: ExpectedError,
): Promise<SdkError & Readonly<Record<string, unknown>>> {
  const error = await call.then(
    () => undefined,
    (reason: unknown) => reason as SdkError & Readonly<Record<string, unknown>>,
  );
  if (error === undefined) throw new Error(`Expected ${expected.name}, but the call succeeded.`);
  expect({ name: error.name, status: error.$metadata?.httpStatusCode }).to.deep.equal({
    name: expected.name,
    status: expected.status,
  });
  if (expected.message !== undefined) expect(error.message).to.equal(expected.message);
  return error;
}
