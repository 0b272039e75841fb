package dev.millrace.gateway.accept;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.controlplane.AsyncInferenceConfig;
import dev.millrace.controlplane.OutputPath;
import dev.millrace.invocation.BucketName;
import dev.millrace.invocation.EndpointName;
import dev.millrace.invocation.InvocationId;
import dev.millrace.invocation.PlatformObjects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class OutputNamesTest {
    private static final InvocationId ID = InvocationId.parse("0199c1e5-0000-7000-8000-000000000001");

    private final OutputNames names = new OutputNames(new PlatformObjects(new BucketName("millrace")));

    @Test
    void namesObjectsByTheInvocation() {
        assertThat(names.of(config("s3://bbb/out/", "s3://bbb/fail"), call(null, null), ID))
                .satisfies(locations -> {
                    assertThat(locations.output().uri()).isEqualTo("s3://bbb/out/" + ID + ".out");
                    assertThat(locations.failure().uri()).isEqualTo("s3://bbb/fail/" + ID + "-error.out");
                });
    }

    @Test
    void putsFailuresBesideOutputsWhenThereIsNoPathForThem() {
        assertThat(names.of(config("s3://bbb", null), call(null, null), ID)).satisfies(locations -> {
            assertThat(locations.output().uri()).isEqualTo("s3://bbb/" + ID + ".out");
            assertThat(locations.failure().uri()).isEqualTo("s3://bbb/" + ID + "-error.out");
        });
    }

    @Test
    void usesThePlatformsBucketWhenNoPathIsConfigured() {
        assertThat(names.of(config(null, null), call(null, null), ID)).satisfies(locations -> {
            assertThat(locations.output().uri())
                    .isEqualTo("s3://millrace/async-endpoint-outputs/digits/" + ID + ".out");
            assertThat(locations.failure().uri())
                    .isEqualTo("s3://millrace/async-endpoint-outputs/digits/" + ID + "-error.out");
        });
    }

    @Test
    void appliesExtensionAndFileName() {
        AsyncInferenceConfig config = config("s3://bbb/out", "s3://bbb/fail");

        assertThat(names.of(config, call("day/1/", "seven.csv"), ID)).satisfies(locations -> {
            assertThat(locations.output().uri()).isEqualTo("s3://bbb/out/day/1/seven.csv");
            assertThat(locations.failure().uri()).isEqualTo("s3://bbb/fail/day/1/seven.csv-error.out");
        });
        assertThat(names.of(config, call("day", null), ID).output().uri()).isEqualTo("s3://bbb/out/day/" + ID + ".out");
        assertThat(names.of(config, call(null, "seven"), ID).output().uri()).isEqualTo("s3://bbb/out/seven");
        assertThat(names.of(config(null, null), call("day", null), ID).output().uri())
                .isEqualTo("s3://millrace/async-endpoint-outputs/digits/day/" + ID + ".out");
    }

    private static AsyncInferenceConfig config(@Nullable String output, @Nullable String failure) {
        return new AsyncInferenceConfig(
                output == null ? null : OutputPath.parse(output),
                failure == null ? null : OutputPath.parse(failure),
                null,
                null,
                null,
                false,
                false,
                null,
                null);
    }

    private static AsyncCall call(@Nullable String extension, @Nullable String fileName) {
        return new AsyncCall(
                new EndpointName("digits"),
                null,
                null,
                null,
                null,
                extension,
                fileName,
                AsyncCall.DEFAULT_TTL,
                AsyncCall.DEFAULT_TIMEOUT,
                null,
                null,
                null,
                null);
    }
}
