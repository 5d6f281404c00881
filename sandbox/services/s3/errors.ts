/**
 * Every error of the service is made in these files. Codes, statuses and texts are those of the error list of the
 * Amazon S3 API Reference (`API/ErrorResponses.html`) and of answers recorded from AWS in LocalStack's snapshot tests;
 * where neither has the text, the function says "assumed".
 */
export * from "./errors-access";
export * from "./errors-acl";
export * from "./errors-annotation";
export * from "./errors-bucket";
export * from "./errors-bucket-configuration";
export * from "./errors-cors";
export * from "./errors-inventory";
export * from "./errors-object";
export * from "./errors-object-lock";
export * from "./errors-replication";
export * from "./errors-request";
