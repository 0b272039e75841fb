package dev.millrace.compatibility;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/// The SageMaker Python SDK, with a default bucket: without one it asks STS, at an address of its own.
class SageMakerPythonSdkIT {
    @Test
    void deploysAndPredictsInBothWays() throws Exception {
        String output = Client.SAGEMAKER.run("clients/sagemaker_sdk.py");

        assertThat(output).contains("real-time", "asynchronous", "deleted");
    }
}
