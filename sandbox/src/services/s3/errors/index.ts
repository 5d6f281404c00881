/**
 * Every error of the service is made in these files. Codes, statuses and texts are those of the error list of the
 * Amazon S3 API Reference (`API/ErrorResponses.html`) and of answers recorded from AWS in LocalStack's snapshot tests;
 * where neither has the text, the function says "assumed".
 */
export * from "./access";
export * from "./acl";
export * from "./annotation";
export * from "./bucket";
export * from "./bucket-configuration";
export * from "./cors";
export * from "./inventory";
export * from "./object";
export * from "./object-lock";
export * from "./replication";
export * from "./request";
