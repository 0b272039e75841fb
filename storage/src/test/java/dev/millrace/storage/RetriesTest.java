package dev.millrace.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.millrace.invocation.ErrorCode;
import dev.millrace.invocation.PlatformException;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

final class RetriesTest {
    private final Retries retries = new Retries(new Random(1));

    @Test
    void tellsATryWhetherAnotherWentBefore() {
        var repeated = new ArrayList<Boolean>();

        String result = retries.run("call", isRepeated -> {
            repeated.add(isRepeated);
            if (repeated.size() < 3) {
                throw new IOException("reset");
            }
            return "done";
        });

        assertThat(result).isEqualTo("done");
        assertThat(repeated).containsExactly(false, true, true);
    }

    @Test
    void triesAFewTimesAndSaysWhatWasTried() {
        var tries = new AtomicInteger();

        assertThatExceptionOfType(PlatformException.class)
                .isThrownBy(() -> retries.run("put s3://b/k", _ -> {
                    tries.incrementAndGet();
                    throw new IOException("reset");
                }))
                .withMessageContaining("put s3://b/k")
                .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.SERVICE_UNAVAILABLE));
        assertThat(tries).hasValue(Retries.MAX_ATTEMPTS);
    }

    @Test
    void beginsNoTryWhenItsTimeIsOver() {
        var tries = new AtomicInteger();

        assertThatExceptionOfType(PlatformException.class)
                .isThrownBy(() -> retries.within(Duration.ZERO).run("put", _ -> {
                    tries.incrementAndGet();
                    throw new IOException("no answer");
                }))
                .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.SERVICE_UNAVAILABLE));
        assertThat(tries).hasValue(1);
    }

    @Test
    void doesNotTryAgainWhatWillFailAgain() {
        var tries = new AtomicInteger();

        assertThatExceptionOfType(PlatformException.class)
                .isThrownBy(() -> retries.run("put", _ -> {
                    tries.incrementAndGet();
                    throw S3Refusal.of(403, error("AccessDenied"));
                }))
                .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.ACCESS_DENIED));
        assertThat(tries).hasValue(1);
    }

    @Test
    void knowsWhatARefusalMeans() {
        assertThat(S3Refusal.of(507, error("StorageFull"))
                        .asPlatformException("put")
                        .code())
                .isEqualTo(ErrorCode.STORAGE_FULL);
        assertThat(S3Refusal.of(507, error("XMinioStorageFull")).isTransient()).isFalse();
        assertThat(S3Refusal.of(503, error("SlowDown")).isTransient()).isTrue();
        assertThat(S3Refusal.of(400, error("RequestTimeout")).isTransient()).isTrue();
        assertThat(S3Refusal.of(409, error("ConditionalRequestConflict")).isTransient())
                .isTrue();
        assertThat(S3Refusal.of(409, error("OperationAborted")).isTransient()).isFalse();
        assertThat(S3Refusal.of(404, error("NoSuchBucket"))
                        .asPlatformException("put")
                        .code())
                .isEqualTo(ErrorCode.VALIDATION_ERROR);
        assertThat(S3Refusal.of(403, error("RequestTimeTooSkewed"))
                        .asPlatformException("put")
                        .code())
                .isEqualTo(ErrorCode.SERVICE_UNAVAILABLE);
        assertThat(S3Refusal.of(502, "<html>bad gateway")
                        .asPlatformException("put")
                        .code())
                .isEqualTo(ErrorCode.SERVICE_UNAVAILABLE);
    }

    private static String error(String code) {
        return "<?xml version=\"1.0\"?><Error><Code>" + code + "</Code><Message>m</Message></Error>";
    }
}
