package dev.millrace.notifier;

import dev.millrace.invocation.EndpointName;
import dev.millrace.invocation.ErrorCode;
import dev.millrace.invocation.InferenceId;
import dev.millrace.invocation.InvocationEvent;
import dev.millrace.invocation.InvocationId;
import dev.millrace.invocation.InvocationSummary;
import dev.millrace.invocation.ObjectLocation;
import dev.millrace.invocation.Payload;
import dev.millrace.invocation.Timings;
import dev.millrace.invocation.VariantName;
import dev.millrace.testkit.contract.Requests;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;

/// How calls end, for tests; each call is another one.
final class Ends {
    private Ends() {}

    /// A call that was accepted now.
    ///
    /// @param bucket where its output goes
    static InvocationSummary call(
            EndpointName endpoint, String bucket, @Nullable URI webhook, @Nullable String resultTopic) {
        InvocationId id = Requests.id();
        return new InvocationSummary(
                id,
                new InferenceId("inference-" + id),
                endpoint,
                new VariantName("AllTraffic"),
                ObjectLocation.parse("s3://inputs/digits/" + id + ".npy"),
                ObjectLocation.parse("s3://" + bucket + "/out/" + id + ".out"),
                ObjectLocation.parse("s3://" + bucket + "/out/" + id + "-error.out"),
                "application/x-npy",
                "application/json",
                webhook == null ? null : webhook.toString(),
                resultTopic,
                Instant.now().truncatedTo(ChronoUnit.MILLIS));
    }

    static InvocationEvent.Completed completed(InvocationSummary call) {
        return completed(call, null);
    }

    static InvocationEvent.Completed completed(InvocationSummary call, @Nullable Payload response) {
        var timings =
                new Timings(Duration.ofMillis(1), Duration.ofMillis(2), Duration.ofMillis(3), Duration.ofMillis(4));
        return new InvocationEvent.Completed(
                call, call.acceptedAt().plusMillis(700), 1, "application/json", 42, timings, response);
    }

    static InvocationEvent.Failed failed(InvocationSummary call) {
        return failed(call, ErrorCode.MODEL_ERROR, "the model wants 64 columns");
    }

    static InvocationEvent.Failed failed(InvocationSummary call, ErrorCode code, String message) {
        return new InvocationEvent.Failed(call, call.acceptedAt().plusMillis(700), 1, code, message);
    }
}
