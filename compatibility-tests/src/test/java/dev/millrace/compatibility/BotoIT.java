package dev.millrace.compatibility;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// boto3 of two generations.
class BotoIT {
    @ParameterizedTest
    @EnumSource(names = {"NEWEST", "DEBIAN"})
    void takesAnEndpointThroughItsLife(Client client) throws Exception {
        String output = client.run("clients/lifecycle.py");

        assertThat(output.lines())
                .containsExactly("created", "real-time", "asynchronous", "scaled", "updated", "deleted");
    }

    @ParameterizedTest
    @EnumSource(names = {"NEWEST", "DEBIAN"})
    void subscribesToTopicsAndIsNotifiedOfSuccessAndFailure(Client client) throws Exception {
        String output = client.run("clients/topics.py");

        assertThat(output.lines()).containsExactly("confirmed", "success Completed", "error Failed");
    }

    @ParameterizedTest
    @EnumSource(names = {"NEWEST", "DEBIAN"})
    void writesAndReadsMetricsAndAnAlarm(Client client) throws Exception {
        String output = client.run("clients/metrics.py");

        assertThat(output.lines()).containsExactly("statistics", "data", "listed", "alarm", "refused");
    }

    @Test
    void scalesAComponentToZeroAndBackByPolicies() throws Exception {
        String output = Client.NEWEST.run("clients/scale_to_zero.py");

        assertThat(output.lines())
                .containsSubsequence("no copy is wanted", "no copy runs", "the alarm has done it", "deleted");
    }

    @Test
    void runsTheSampleOfTheReadme() throws Exception {
        String output = Client.NEWEST.run("python/digits_async.py");

        assertThat(output).contains("endpoint InService");
    }
}
