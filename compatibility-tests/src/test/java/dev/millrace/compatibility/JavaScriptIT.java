package dev.millrace.compatibility;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/// The AWS SDK for JavaScript.
class JavaScriptIT {
    @Test
    void takesAnEndpointThroughItsLife() throws Exception {
        String output = Client.JAVASCRIPT.run("clients/lifecycle.mjs");

        // It also prints a warning about old versions of Node.js.
        assertThat(output.lines()).contains("created", "real-time", "asynchronous", "scaled", "updated", "deleted");
    }

    @Test
    void writesAndReadsMetricsAndAnAlarm() throws Exception {
        String output = Client.JAVASCRIPT.run("clients/metrics.mjs");

        assertThat(output.lines()).contains("statistics", "alarm", "refused");
    }
}
