package dev.millrace.compatibility;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// The AWS CLI of two generations. Its waiters ask every half a minute.
class AwsCliIT {
    @ParameterizedTest
    @EnumSource(names = {"NEWEST", "DEBIAN"})
    void takesAnEndpointThroughItsLife(Client client) throws Exception {
        String output = client.run("clients/lifecycle.sh");

        assertThat(output.lines())
                .containsExactly("created", "real-time", "asynchronous", "scaled", "updated", "deleted");
    }
}
