package dev.millrace.gateway.sns;

import dev.millrace.controlplane.SubscriptionResource;
import dev.millrace.controlplane.TopicResource;
import dev.millrace.controlplane.operation.AwsErrors;
import dev.millrace.controlplane.topic.Page;
import dev.millrace.controlplane.topic.TopicOperations;
import dev.millrace.gateway.http.QueryApi;
import dev.millrace.identity.Permission;
import dev.millrace.invocation.Destination;
import dev.millrace.invocation.ErrorCode;
import dev.millrace.invocation.OwedDelivery;
import dev.millrace.invocation.Payload;
import dev.millrace.invocation.PlatformException;
import dev.millrace.invocation.port.Feed;
import dev.millrace.runtime.Threads;
import java.time.InstantSource;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The operations of SNS that there are: enough to subscribe to an endpoint's notifications.
///
/// A call runs on a virtual thread of its own, so many at once; more are refused with `Throttled`.
public final class SnsApi implements QueryApi {
    private static final Logger LOGGER = LoggerFactory.getLogger(SnsApi.class);
    private static final String CONTENT_TYPE = "text/xml";
    private static final int AT_ONCE = 64;
    private static final ThreadFactory CALLS = Threads.virtual("sns");

    private final TopicOperations topics;
    private final Feed<OwedDelivery> owed;
    private final InstantSource clock;
    private final Semaphore room = new Semaphore(AT_ONCE);

    /// @param owed where confirmations are put for the notifier to deliver
    public SnsApi(TopicOperations topics, Feed<OwedDelivery> owed, InstantSource clock) {
        this.topics = topics;
        this.owed = owed;
        this.clock = clock;
    }

    @Override
    public CompletionStage<XmlAnswer> call(Map<String, String> parameters, String requestId) {
        if (!room.tryAcquire()) {
            return CompletableFuture.completedFuture(
                    failure(new PlatformException(ErrorCode.BACKLOG_FULL, "Rate exceeded"), requestId));
        }
        var answer = new CompletableFuture<XmlAnswer>();
        CALLS.newThread(() -> {
                    try {
                        answer.complete(answer(parameters, requestId));
                    } finally {
                        room.release();
                    }
                })
                .start();
        return answer;
    }

    @Override
    public Permission permission(String action) {
        return action.startsWith("List") || action.startsWith("Get") ? Permission.READ : Permission.OPERATE;
    }

    @Override
    public XmlAnswer refusal(PlatformException reason, String requestId) {
        return failure(reason, requestId);
    }

    private XmlAnswer answer(Map<String, String> parameters, String requestId) {
        String action = parameters.getOrDefault("Action", "");
        try {
            String result = result(action, new QueryParameters(parameters));
            return new XmlAnswer(200, CONTENT_TYPE, Payload.ofUtf8(SnsXml.response(action, result, requestId)));
        } catch (PlatformException e) {
            return failure(e, requestId);
        } catch (RuntimeException e) {
            LOGGER.atError().addKeyValue("action", action).setCause(e).log("an SNS call failed in an unexpected way");
            return failure(new PlatformException(ErrorCode.INTERNAL_FAILURE, "unexpected failure"), requestId);
        }
    }

    private String result(String action, QueryParameters parameters) {
        return switch (action) {
            case "CreateTopic" -> {
                TopicResource topic = topics.createTopic(
                        parameters.required("Name"), parameters.map("Attributes"), parameters.tags());
                yield SnsXml.element("TopicArn", topic.arn());
            }
            case "DeleteTopic" -> {
                topics.deleteTopic(parameters.required("TopicArn"));
                yield SnsXml.NO_RESULT;
            }
            case "ListTopics" -> {
                Page<TopicResource> page = topics.listTopics(parameters.optional("NextToken"));
                yield SnsXml.list("Topics", page, topic -> SnsXml.element("TopicArn", topic.arn()));
            }
            case "Subscribe" -> subscribe(parameters);
            case "ConfirmSubscription" ->
                SnsXml.element(
                        "SubscriptionArn",
                        topics.confirmSubscription(parameters.required("TopicArn"), parameters.required("Token"))
                                .arn());
            case "Unsubscribe" -> {
                topics.unsubscribe(parameters.required("SubscriptionArn"));
                yield SnsXml.NO_RESULT;
            }
            case "ListSubscriptions" -> subscriptions(topics.listSubscriptions(parameters.optional("NextToken")));
            case "ListSubscriptionsByTopic" ->
                subscriptions(topics.listSubscriptionsByTopic(
                        parameters.required("TopicArn"), parameters.optional("NextToken")));
            default ->
                throw new PlatformException(
                        ErrorCode.UNKNOWN_OPERATION, "The action " + action + " is not supported by this version");
        };
    }

    /// The confirmation is owed before the caller has the answer: it is sent whatever becomes of this
    /// process.
    private String subscribe(QueryParameters parameters) {
        TopicOperations.Subscribed subscribed = topics.subscribe(
                parameters.required("TopicArn"),
                parameters.required("Protocol"),
                parameters.required("Endpoint"),
                parameters.map("Attributes"));
        SubscriptionResource subscription = subscribed.subscription();
        String token = subscribed.token();
        if (token != null) {
            var to = new Destination.Subscription(
                    subscription.topicArn(), subscription.arn(), subscription.endpoint(), "SubscriptionConfirmation");
            OwedDelivery confirmation = OwedDelivery.first(UUID.randomUUID().toString(), to, token, clock.instant());
            owed.publish(confirmation.key(), confirmation).toCompletableFuture().join();
        }
        boolean isArnShown =
                subscription.isConfirmed() || Boolean.parseBoolean(parameters.optional("ReturnSubscriptionArn"));
        return SnsXml.element("SubscriptionArn", isArnShown ? subscription.arn() : "pending confirmation");
    }

    private static String subscriptions(Page<SubscriptionResource> page) {
        return SnsXml.list(
                "Subscriptions",
                page,
                each -> SnsXml.element("SubscriptionArn", each.isConfirmed() ? each.arn() : "PendingConfirmation")
                        + SnsXml.element("Owner", each.topicArn().split(":")[4])
                        + SnsXml.element("Protocol", each.protocol())
                        + SnsXml.element("Endpoint", each.endpoint())
                        + SnsXml.element("TopicArn", each.topicArn()));
    }

    private static XmlAnswer failure(PlatformException e, String requestId) {
        AwsErrors.AwsError error = AwsErrors.sns(e.code());
        return new XmlAnswer(error.status(), CONTENT_TYPE, Payload.ofUtf8(SnsXml.error(error, e.text(), requestId)));
    }
}
