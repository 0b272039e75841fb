package dev.millrace.controlplane;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.invocation.BucketName;
import dev.millrace.runtime.Settings;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ControlPlaneConfigTest {
    @Test
    void hasDefaults() {
        var settings = new Settings(Map.of(), Map.of());

        assertThat(ControlPlaneConfig.from(settings)).isEqualTo(ControlPlaneConfig.DEFAULT);
        settings.finish();
    }

    @Test
    void readsEveryKey() {
        var settings = new Settings(
                Map.of(
                        "s3.region", "eu-central-1",
                        "platform.account", "123456789012",
                        "platform.bucket", "ours",
                        "scaling.default-max", "9",
                        "scaling.keep-initial-warm", "true",
                        "resources.max-per-kind", "5",
                        "instance-types.extra", "ml.tiny.one=1/512/0"),
                Map.of());

        ControlPlaneConfig config = ControlPlaneConfig.from(settings);
        settings.finish();

        assertThat(config.arns().endpoint("e")).isEqualTo("arn:aws:sagemaker:eu-central-1:123456789012:endpoint/e");
        assertThat(config.platformBucket()).isEqualTo(new BucketName("ours"));
        assertThat(config.defaultMaxInstances()).isEqualTo(9);
        assertThat(config.isInitialCountKeptWarm()).isTrue();
        assertThat(config.maxPerKind()).isEqualTo(5);
        assertThat(config.instanceTypes().sizeOf("ml.tiny.one").memoryMb()).isEqualTo(512);
    }

    @ParameterizedTest
    @CsvSource({
        "s3.region,US EAST",
        "platform.account,12",
        "platform.bucket,A",
        "scaling.default-max,0",
        "scaling.keep-initial-warm,yes",
        "resources.max-per-kind,-1",
        "instance-types.extra,ml.a.b"
    })
    void refusesBadValuesByName(String key, String value) {
        var settings = new Settings(Map.of(key, value), Map.of());
        ControlPlaneConfig.from(settings);

        assertThatThrownBy(settings::finish).hasMessageContaining(key + ": " + value);
    }
}
