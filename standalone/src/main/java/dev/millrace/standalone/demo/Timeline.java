package dev.millrace.standalone.demo;

import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// Prints how long each step of each invocation took, in milliseconds.
final class Timeline {
    /// One invocation.
    ///
    /// @param accept how long the caller waited for its 202; null when a Kafka record was the call
    /// @param webhook null when none came
    record Line(
            String way,
            int right,
            int images,
            @Nullable Duration accept,
            JsonNode status,
            WebhookInbox.@Nullable Received webhook) {}

    private final PrintStream out;

    Timeline(PrintStream out) {
        this.out = out;
    }

    void print(List<Line> lines) {
        out.printf(
                "%-11s %11s %9s %8s %8s %8s %8s %9s%n",
                "way", "right", "accepted", "queued", "fetched", "ran", "stored", "notified");
        boolean isFirst = true;
        for (Line line : lines) {
            JsonNode status = line.status();
            Instant acceptedAt = Instant.parse(status.path("acceptedAt").asString(""));
            WebhookInbox.Received webhook = line.webhook();
            out.printf(
                    "%-11s %11s %9s %8s %8s %8s %8s %9s%s%n",
                    line.way(),
                    line.right() + "/" + line.images(),
                    line.accept() == null ? "-" : millis(line.accept().toNanos() / 1e9),
                    millis(status.path("queuedSeconds").asDouble(0)),
                    millis(status.path("downloadSeconds").asDouble(0)),
                    millis(status.path("modelSeconds").asDouble(0)),
                    millis(status.path("uploadSeconds").asDouble(0)),
                    webhook == null
                            ? "-"
                            : millis(Duration.between(acceptedAt, webhook.at()).toNanos() / 1e9),
                    isFirst ? "   queued while its worker started" : "");
            isFirst = false;
        }
        out.println("Milliseconds. accepted: until the caller had its 202; notified: from acceptance to the webhook.");
    }

    private static String millis(double seconds) {
        return String.format(Locale.ROOT, "%.1f", seconds * 1000);
    }
}
