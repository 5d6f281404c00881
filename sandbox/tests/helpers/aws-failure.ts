/** How a request failed, in the members that tests look at. */
export interface AwsFailure {
  readonly code: string;
  readonly message: string;
  readonly status: number | undefined;
  /** The SDK's error, with the details of the answer as members. */
  readonly error: Record<string, unknown>;
}

/** Awaits a request of the SDK that must fail. @throws Error when it succeeds */
export async function failureOf(request: Promise<unknown>): Promise<AwsFailure> {
  let answer: unknown;
  try {
    answer = await request;
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    const details = error as Error & { $metadata?: { httpStatusCode?: number } };
    return {
      code: details.name,
      message: details.message,
      status: details.$metadata?.httpStatusCode,
      error: { ...details },
    };
  }
  throw new Error(`The request should have failed. It answered ${JSON.stringify(answer)}.`);
}
