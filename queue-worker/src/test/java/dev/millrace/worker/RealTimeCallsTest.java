package dev.millrace.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.millrace.invocation.ErrorCode;
import dev.millrace.invocation.InferenceInput;
import dev.millrace.invocation.InferenceRequest;
import dev.millrace.invocation.Outcome;
import dev.millrace.invocation.Payload;
import dev.millrace.invocation.PlatformObjects;
import dev.millrace.invocation.Reply;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RealTimeCallsTest {
    private final WorkerFixture fixture = new WorkerFixture();

    @AfterEach
    void close() {
        fixture.close();
    }

    private Reply replyTo(InferenceRequest request) {
        await().untilAsserted(() -> assertThat(fixture.replies)
                .anyMatch(reply -> reply.invocationId().equals(request.invocationId())));
        return fixture.replies.stream()
                .filter(reply -> reply.invocationId().equals(request.invocationId()))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void answersWithAReplyAndWritesNothingElse() {
        InferenceRequest request = fixture.realTime("echo 1", Instant.now().plusSeconds(60));

        FakeAcquired record = fixture.give(request);

        assertThat(replyTo(request))
                .isInstanceOfSatisfying(
                        Reply.Success.class,
                        reply -> assertThat(reply.body())
                                .isEqualTo(new InferenceInput.Inline(Payload.ofUtf8("answer to echo 1"))));
        await().untilAsserted(() -> assertThat(record.outcome()).isEqualTo(new Outcome.Completed()));
        assertThat(fixture.events).isEmpty();
    }

    @Test
    void passesOnTheModelsOwnStatus() {
        InferenceRequest request =
                fixture.realTime("refuse not a digit", Instant.now().plusSeconds(60));

        fixture.give(request);

        assertThat(replyTo(request))
                .isEqualTo(new Reply.Failure(request.invocationId(), ErrorCode.MODEL_ERROR, "not a digit", 400));
    }

    @Test
    void neverRunsARecordWhoseCallerHasGone() {
        InferenceRequest request = fixture.realTime("echo 1", Instant.now().minusMillis(1));

        FakeAcquired record = fixture.give(request);

        await().untilAsserted(() -> assertThat(record.outcome()).isEqualTo(new Outcome.Expired()));
        assertThat(fixture.runner.runs()).isZero();
        assertThat(fixture.replies).isEmpty();
    }

    @Test
    void answersInTimeWhenTheModelDoesNot() {
        InferenceRequest request = fixture.realTime("slow 500 x", Instant.now().plusMillis(250));

        fixture.give(request);

        assertThat(replyTo(request)).isInstanceOfSatisfying(Reply.Failure.class, reply -> {
            assertThat(reply.code()).isEqualTo(ErrorCode.MODEL_TIMEOUT);
            assertThat(reply.originalStatusCode()).isZero();
        });
    }

    @Test
    void storesAReplyOverTheInlineLimit() {
        String body = "echo " + "x".repeat(2_000);
        InferenceRequest request = fixture.realTime(body, Instant.now().plusSeconds(60));

        fixture.give(request);

        var at = new PlatformObjects(WorkerFixture.PLATFORM).reply(request.invocationId());
        assertThat(replyTo(request))
                .isInstanceOfSatisfying(
                        Reply.Success.class,
                        reply -> assertThat(reply.body()).isEqualTo(new InferenceInput.Stored(at, true)));
        assertThat(fixture.text(at)).isEqualTo("answer to " + body);
    }
}
