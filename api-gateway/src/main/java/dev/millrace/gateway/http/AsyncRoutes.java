package dev.millrace.gateway.http;

import dev.millrace.gateway.accept.AcceptedCall;
import dev.millrace.gateway.accept.AsyncAcceptance;
import dev.millrace.gateway.accept.AsyncCall;
import dev.millrace.gateway.accept.CallInput;
import dev.millrace.invocation.EndpointName;
import dev.millrace.invocation.InferenceId;
import dev.millrace.invocation.ObjectLocation;
import dev.millrace.outbound.OutboundAddress;
import io.vertx.core.Future;
import java.util.LinkedHashMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/// `POST /endpoints/{name}/async-invocations`: InvokeEndpointAsync, with a body of any size beside its input
/// location.
final class AsyncRoutes {
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final String PREFIX = "X-Amzn-SageMaker-";
    private static final int MAX_LOCATION = 1024;

    private final AsyncAcceptance acceptance;
    private final BodyReader bodies;

    /// @param bodies for asynchronous inputs
    AsyncRoutes(AsyncAcceptance acceptance, BodyReader bodies) {
        this.acceptance = acceptance;
        this.bodies = bodies;
    }

    Route invoke(EndpointName endpoint) {
        return exchange -> {
            AsyncCall call = call(endpoint, exchange.headers());
            return input(exchange)
                    .compose(input -> exchange.here(acceptance.accept(call, input)))
                    .map(AsyncRoutes::answer);
        };
    }

    private static AsyncCall call(EndpointName endpoint, RequestHeaders headers) {
        String inferenceId = headers.find(PREFIX + "Inference-Id");
        String webhookUrl = headers.find("X-Millrace-Webhook-Url");
        return new AsyncCall(
                endpoint,
                inferenceId == null ? null : new InferenceId(inferenceId),
                // Not the HTTP Content-Type: SDKs send one of their own with and without a body.
                headers.find(PREFIX + "Content-Type"),
                headers.find(PREFIX + "Accept"),
                headers.find(PREFIX + "Custom-Attributes"),
                headers.find(PREFIX + "S3OutputPathExtension"),
                headers.find(PREFIX + "Filename"),
                headers.seconds(PREFIX + "RequestTTLSeconds", AsyncCall.DEFAULT_TTL),
                headers.seconds(PREFIX + "InvocationTimeoutSeconds", AsyncCall.DEFAULT_TIMEOUT),
                headers.find("Idempotency-Key"),
                webhookUrl == null ? null : OutboundAddress.parse(webhookUrl),
                headers.find("X-Millrace-Result-Topic"),
                headers.find("traceparent"));
    }

    private Future<CallInput> input(Exchange exchange) {
        ObjectLocation location = location(exchange.headers().find(PREFIX + "InputLocation"));
        long length = exchange.contentLength();
        if (location != null) {
            if (length != 0) {
                throw RequestHeaders.invalid("InputLocation and Body: only one of the two may be given");
            }
            return Future.succeededFuture(new CallInput.Located(location));
        }
        return bodies.read(exchange).map(input -> {
            if (input instanceof CallInput.Inline inline && inline.payload().size() == 0) {
                throw RequestHeaders.invalid("one of InputLocation and Body must be given");
            }
            return input;
        });
    }

    private static @Nullable ObjectLocation location(@Nullable String uri) {
        if (uri == null) {
            return null;
        }
        if (uri.length() > MAX_LOCATION) {
            throw RequestHeaders.invalid("InputLocation: longer than " + MAX_LOCATION + " characters");
        }
        return ObjectLocation.parse(uri);
    }

    private static Answer answer(AcceptedCall accepted) {
        var headers = new LinkedHashMap<String, String>();
        headers.put(PREFIX + "OutputLocation", accepted.outputLocation().uri());
        headers.put(PREFIX + "FailureLocation", accepted.failureLocation().uri());
        headers.put("X-Millrace-Invocation-Id", accepted.invocationId().toString());
        Answer answer = Answer.json(
                202,
                JSON.writeValueAsBytes(JSON.createObjectNode()
                        .put("InferenceId", accepted.inferenceId().value())
                        .put("InvocationId", accepted.invocationId().toString())));
        for (var header : headers.entrySet()) {
            answer = answer.with(header.getKey(), header.getValue());
        }
        return answer;
    }
}
