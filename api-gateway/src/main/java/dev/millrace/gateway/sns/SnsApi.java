package dev.millrace.gateway.sns;

import dev.millrace.controlplane.ControlPlaneConfig;
import dev.millrace.controlplane.ResourceCatalog;
import dev.millrace.controlplane.operation.AwsErrors;
import dev.millrace.controlplane.topic.PublishOperations;
import dev.millrace.controlplane.topic.SnsException;
import dev.millrace.controlplane.topic.SubscriptionOperations;
import dev.millrace.controlplane.topic.TopicOperations;
import dev.millrace.controlplane.topic.TopicPublisher;
import dev.millrace.gateway.http.QueryApi;
import dev.millrace.gateway.http.QueryCall;
import dev.millrace.identity.Permission;
import dev.millrace.invocation.ErrorCode;
import dev.millrace.invocation.OwedDelivery;
import dev.millrace.invocation.Payload;
import dev.millrace.invocation.PlatformException;
import dev.millrace.invocation.port.Feed;
import dev.millrace.runtime.Threads;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadFactory;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// SNS: topics, subscriptions and what is published, in the Query protocol.
///
/// A call runs on a virtual thread of its own, so many at once; more are refused with `Throttled`.
public final class SnsApi implements QueryApi {
    private static final Logger LOGGER = LoggerFactory.getLogger(SnsApi.class);
    private static final String CONTENT_TYPE = "text/xml";
    private static final int AT_ONCE = 64;
    private static final ThreadFactory CALLS = Threads.virtual("sns");

    private final Map<String, SnsAction> actions;
    private final Semaphore room = new Semaphore(AT_ONCE);

    /// @param owed where the notifiers find what is to be sent
    /// @param random for confirmation tokens: a secure one
    public static SnsApi create(
            ResourceCatalog catalog,
            ControlPlaneConfig config,
            Feed<OwedDelivery> owed,
            InstantSource clock,
            RandomGenerator random) {
        var topics = new TopicOperations(catalog, config, clock);
        var publishing = new PublishOperations(topics, new TopicPublisher(catalog), owed, clock);
        var subscriptions = new SubscriptionOperations(catalog, config, topics, clock, random);
        return new SnsApi(Stream.of(
                        new TopicActions(topics).all(),
                        new SubscriptionActions(subscriptions, publishing, clock).all(),
                        new PublishActions(publishing).all())
                .flatMap(List::stream)
                .collect(Collectors.toUnmodifiableMap(SnsAction::name, Function.identity())));
    }

    private SnsApi(Map<String, SnsAction> actions) {
        this.actions = actions;
    }

    /// The names of every action there is.
    Set<String> actions() {
        return actions.keySet();
    }

    @Override
    public String version() {
        return "2010-03-31";
    }

    @Override
    public CompletionStage<XmlAnswer> call(QueryCall call) {
        String requestId = call.requestId();
        if (!room.tryAcquire()) {
            return CompletableFuture.completedFuture(
                    failure(new PlatformException(ErrorCode.BACKLOG_FULL, "Rate exceeded"), requestId));
        }
        var answer = new CompletableFuture<XmlAnswer>();
        CALLS.newThread(() -> {
                    try {
                        answer.complete(answer(call));
                    } finally {
                        room.release();
                    }
                })
                .start();
        return answer;
    }

    @Override
    public Optional<Permission> permission(String action) {
        boolean isRead = action.startsWith("List") || action.startsWith("Get");
        return Optional.of(isRead ? Permission.READ : Permission.OPERATE);
    }

    @Override
    public XmlAnswer refusal(PlatformException reason, String requestId) {
        return failure(reason, requestId);
    }

    private XmlAnswer answer(QueryCall call) {
        String action = call.action();
        String requestId = call.requestId();
        try {
            String result = result(action, QueryParameters.of(call));
            return new XmlAnswer(200, CONTENT_TYPE, Payload.ofUtf8(SnsXml.response(action, result, requestId)));
        } catch (PlatformException e) {
            return failure(e, requestId);
        } catch (SnsException e) {
            var error = new AwsErrors.AwsError(e.error().code(), e.error().status());
            return failure(error, e.text(), requestId);
        } catch (RuntimeException e) {
            LOGGER.atError().addKeyValue("action", action).setCause(e).log("an SNS call failed in an unexpected way");
            return failure(new PlatformException(ErrorCode.INTERNAL_FAILURE, "unexpected failure"), requestId);
        }
    }

    private String result(String action, QueryParameters parameters) {
        SnsAction known = actions.get(action);
        if (known == null) {
            throw new PlatformException(
                    ErrorCode.UNKNOWN_OPERATION, "The action " + action + " is not supported by this version");
        }
        return known.handler().handle(parameters);
    }

    private static XmlAnswer failure(PlatformException e, String requestId) {
        return failure(AwsErrors.sns(e.code()), e.text(), requestId);
    }

    private static XmlAnswer failure(AwsErrors.AwsError error, String message, String requestId) {
        return new XmlAnswer(error.status(), CONTENT_TYPE, Payload.ofUtf8(SnsXml.error(error, message, requestId)));
    }
}
