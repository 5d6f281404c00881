import { defined, type AwsModule } from "../module";
import { topic } from "./topic";
import { topicPolicy } from "./topic-policy";
import { topicSubscription } from "./topic-subscription";

export const sns: AwsModule = {
  types: [defined(topic), defined(topicPolicy), defined(topicSubscription)],
  functions: {},
};
