"use strict";
// The pack as Pulumi's engine starts it: `pulumi preview --policy-pack <this folder>`.
require("../bin/launch").load("policy/pack/serve").servePolicyPack();
