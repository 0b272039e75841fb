package dev.millrace.notifier;

import dev.millrace.invocation.InvocationEvent;
import dev.millrace.invocation.InvocationSummary;
import dev.millrace.invocation.ObjectLocation;
import dev.millrace.invocation.Payload;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Base64;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// The JSON that SageMaker publishes when an asynchronous invocation has ended.
///
/// Shape: `InferenceResult` events of version 1.0; an invocation that expired or was cancelled is a failed one there.
/// `invocationId` is our addition, since an inference id may repeat.
final class NotificationBody {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);

    private final JsonMapper json = new JsonMapper();
    private final String region;

    NotificationBody(String region) {
        this.region = region;
    }

    /// @param includeResponse whether the output itself rides along, where the event has it
    String of(InvocationEvent.Terminal event, boolean includeResponse) {
        InvocationSummary summary = event.summary();
        ObjectNode body = json.createObjectNode();
        body.put("awsRegion", region);
        body.put("eventTime", time(event.at()));
        body.put("receivedTime", time(summary.acceptedAt()));
        body.put("invocationStatus", event instanceof InvocationEvent.Completed ? "Completed" : "Failed");
        switch (event) {
            case InvocationEvent.Completed _ -> {}
            case InvocationEvent.Failed failed -> body.put("failureReason", prefix(failed) + failed.message());
            case InvocationEvent.Expired _ ->
                body.put("failureReason", "ClientError: the request waited longer than its TTL");
            case InvocationEvent.Cancelled _ -> body.put("failureReason", "ClientError: the request was cancelled");
        }
        request(body.putObject("requestParameters"), summary);
        response(body, event, includeResponse);
        body.put("inferenceId", summary.inferenceId().value());
        body.put("invocationId", summary.invocationId().toString());
        body.put("eventVersion", "1.0");
        body.put("eventSource", "aws:sagemaker");
        body.put("eventName", "InferenceResult");
        return body.toString();
    }

    private static void request(ObjectNode parameters, InvocationSummary summary) {
        if (summary.accept() != null) {
            parameters.put("accept", summary.accept());
        }
        if (summary.contentType() != null) {
            parameters.put("contentType", summary.contentType());
        }
        parameters.put("endpointName", summary.endpoint().value());
        ObjectLocation input = summary.inputLocation();
        if (input != null) {
            parameters.put("inputLocation", input.uri());
        }
    }

    private static void response(ObjectNode body, InvocationEvent.Terminal event, boolean includeResponse) {
        ObjectNode parameters = body.putObject("responseParameters");
        switch (event) {
            case InvocationEvent.Completed completed -> {
                parameters.put("contentType", completed.contentType());
                parameters.put(
                        "outputLocation", completed.summary().outputLocation().uri());
                Payload response = completed.response();
                if (includeResponse && response != null) {
                    ObjectNode included = body.putObject("responseBody");
                    included.put("content", Base64.getEncoder().encodeToString(response.bytes()));
                    included.put("encoding", "BASE64");
                }
            }
            case InvocationEvent.Failed _, InvocationEvent.Expired _, InvocationEvent.Cancelled _ ->
                parameters.put(
                        "outputLocation", event.summary().failureLocation().uri());
        }
    }

    private static String prefix(InvocationEvent.Failed failed) {
        return failed.code().status() >= 500 ? "InternalServerError: " : "ClientError: ";
    }

    static String time(Instant at) {
        return TIME.format(at);
    }
}
