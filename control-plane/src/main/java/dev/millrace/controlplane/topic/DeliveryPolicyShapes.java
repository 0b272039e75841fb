package dev.millrace.controlplane.topic;

import dev.millrace.controlplane.shape.Member;
import dev.millrace.controlplane.shape.Shape.Choice;
import dev.millrace.controlplane.shape.Shape.Flag;
import dev.millrace.controlplane.shape.Shape.Structure;
import dev.millrace.controlplane.shape.Shape.Text;
import dev.millrace.controlplane.shape.Shape.Whole;

/// What delivery policies of topics and subscriptions may hold.
final class DeliveryPolicyShapes {
    private static final Structure RETRY = Structure.of(
            "healthyRetryPolicy",
            Member.works("minDelayTarget", new Whole(1, RetryPolicy.MAX_TOTAL_SECONDS)),
            Member.works("maxDelayTarget", new Whole(1, RetryPolicy.MAX_TOTAL_SECONDS)),
            Member.works("numRetries", new Whole(0, 100)),
            Member.works("numNoDelayRetries", new Whole(0, 100)),
            Member.works("numMinDelayRetries", new Whole(0, 100)),
            Member.works("numMaxDelayRetries", new Whole(0, 100)),
            Member.works("backoffFunction", Choice.of("linear", "arithmetic", "geometric", "exponential")));
    private static final Structure THROTTLE =
            Structure.of("throttlePolicy", Member.works("maxReceivesPerSecond", Whole.atLeast(1)));
    private static final Structure REQUEST = Structure.of(
            "requestPolicy",
            Member.works(
                    "headerContentType",
                    new Text(
                            1,
                            100,
                            "(application/(json|soap\\+xml|x-www-form-urlencoded|xml|octet-stream)"
                                    + "|text/(css|csv|html|plain|xml))(; ?charset=[A-Za-z0-9-]{1,20})?")));

    static final Structure SUBSCRIPTION = Structure.of(
            "DeliveryPolicy",
            Member.works("healthyRetryPolicy", RETRY),
            Member.works("throttlePolicy", THROTTLE),
            Member.works("requestPolicy", REQUEST));

    static final Structure TOPIC = Structure.of(
            "DeliveryPolicy",
            Member.works(
                            "http",
                            Structure.of(
                                    "http",
                                    Member.works("defaultHealthyRetryPolicy", RETRY),
                                    Member.works("disableSubscriptionOverrides", new Flag()),
                                    Member.works("defaultThrottlePolicy", THROTTLE),
                                    Member.works("defaultRequestPolicy", REQUEST)))
                    .required());

    private DeliveryPolicyShapes() {}
}
