import type { OperatorFacts } from "../operator-facts";
import type { OperatorRow } from "../operator-row";
import { BRIDGED_PROVIDER_REMOVES_ROLE, READS_ROLE, REMOVES_ROLE } from "./actions";

const isTold = ({ slackChannelArns }: OperatorFacts): boolean => slackChannelArns.length > 0;

/**
 * Rights for Slack channels, in the accounts of sources. The sandbox has no AWS Chatbot, so a stack with one was not run.
 * @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_awschatbot.html
 * @see https://github.com/hashicorp/terraform-provider-aws/blob/main/internal/service/chatbot/slack_channel_configuration.go
 */
export const SLACK_ROWS: readonly OperatorRow[] = [
  {
    sid: "SlackRoles",
    side: "source",
    why: "AWS Chatbot tells a channel under a role without rights, which is made for it and handed to it",
    resources: ({ slackRoleArns }) => slackRoleArns,
    actions: {},
    ofProviders: {
      preview: READS_ROLE,
      up: [
        ...READS_ROLE,
        "iam:CreateRole",
        "iam:DeleteRolePermissionsBoundary",
        "iam:PassRole",
        "iam:PutRolePermissionsBoundary",
        "iam:TagRole",
        "iam:UntagRole",
      ],
      destroy: [...REMOVES_ROLE, ...BRIDGED_PROVIDER_REMOVES_ROLE],
    },
  },
  {
    sid: "FindSlackChannels",
    side: "source",
    why: "a channel's configuration has no ARN before it is made, and is found in the list of all",
    resources: (facts) => (isTold(facts) ? ["*"] : []),
    actions: {},
    ofProviders: {
      preview: ["chatbot:DescribeSlackChannelConfigurations"],
      up: ["chatbot:CreateSlackChannelConfiguration", "chatbot:DescribeSlackChannelConfigurations"],
      destroy: ["chatbot:DescribeSlackChannelConfigurations"],
    },
  },
  {
    sid: "SlackChannels",
    side: "source",
    why: "configurations are tagged, changed, and go with the stack",
    resources: ({ slackChannelArns }) => slackChannelArns,
    actions: {},
    ofProviders: {
      up: [
        "chatbot:DeleteSlackChannelConfiguration",
        "chatbot:TagResource",
        "chatbot:UntagResource",
        "chatbot:UpdateSlackChannelConfiguration",
      ],
      destroy: ["chatbot:DeleteSlackChannelConfiguration"],
    },
  },
];
