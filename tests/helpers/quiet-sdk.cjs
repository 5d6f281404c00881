// The AWS SDK warns on Node 20 about releases to come; our versions are pinned, and the warning hides test output.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = "true";
