import { AwsError } from "../../../world/aws-error";

/** Codes and statuses are those of the service's model; the texts are its descriptions of them (assumed). */

export function noSuchAnnotation(name: string): AwsError {
  return new AwsError(
    "NoSuchAnnotation",
    404,
    "The specified annotation does not exist on this object.",
    { AnnotationName: name },
  );
}

export function invalidAnnotationName(name: string): AwsError {
  return new AwsError(
    "InvalidAnnotationName",
    400,
    "The annotation name you provided is invalid.",
    { AnnotationName: name },
  );
}

export function annotationNameTooLong(): AwsError {
  return new AwsError("AnnotationNameTooLong", 400, "The annotation name exceeds 512 bytes.");
}

export function annotationLimitExceeded(): AwsError {
  return new AwsError(
    "AnnotationLimitExceeded",
    400,
    "The request would exceed the maximum number of annotations allowed per object.",
  );
}

export function annotationNotUtf8(): AwsError {
  return new AwsError(
    "UnsupportedMediaType",
    415,
    "The annotation payload is not valid UTF-8 encoded text.",
  );
}
