package dev.millrace.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.invocation.ErrorCode;
import dev.millrace.invocation.InferenceInput;
import dev.millrace.invocation.Payload;
import dev.millrace.invocation.Reply;
import dev.millrace.invocation.ReplyAddress;
import dev.millrace.invocation.port.Replies;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/// What carries real-time answers promises to the gateway that waits.
public abstract class RepliesContract {
    protected abstract Replies open();

    @Test
    void bringsEveryReplyToTheGatewayThatItIsFor() {
        List<Reply> received = new CopyOnWriteArrayList<>();
        try (Replies replies = open();
                Replies.Receiver receiver = replies.receive(gateway(), received::add)) {
            receiver.check();
            List<Reply> sent =
                    IntStream.range(0, 100).mapToObj(RepliesContract::reply).toList();

            sent.forEach(reply -> send(replies, receiver.address(), reply));

            Awaitility.await()
                    .atMost(Duration.ofSeconds(10))
                    .untilAsserted(() -> assertThat(received).containsExactlyElementsOf(sent));
        }
    }

    @Test
    void keepsGatewaysThatShareAPartitionApart() {
        List<Reply> ours = new CopyOnWriteArrayList<>();
        List<Reply> theirs = new CopyOnWriteArrayList<>();
        try (Replies replies = open();
                Replies.Receiver receiver = replies.receive(gateway(), ours::add)) {
            ReplyAddress address = receiver.address();
            Reply answer = reply(2);
            // As another gateway whose id falls on the same partition would send and receive.
            send(replies, new ReplyAddress("another", address.partition()), reply(1));
            try (Replies.Receiver _ = replies.receive(gateway(), theirs::add)) {
                send(replies, address, answer);

                Awaitility.await()
                        .atMost(Duration.ofSeconds(10))
                        .untilAsserted(() -> assertThat(ours).containsExactly(answer));
                assertThat(theirs).isEmpty();
            }
        }
    }

    @Test
    void sendsToAGatewayThatIsGone() {
        try (Replies replies = open()) {
            send(replies, new ReplyAddress(gateway(), 0), reply(1));
        }
    }

    private static void send(Replies replies, ReplyAddress to, Reply reply) {
        replies.send(to, reply)
                .toCompletableFuture()
                .orTimeout(10, TimeUnit.SECONDS)
                .join();
    }

    private static String gateway() {
        return "gateway-" + UUID.randomUUID();
    }

    private static Reply reply(int number) {
        return number % 2 == 0
                ? new Reply.Success(
                        Requests.id(),
                        new InferenceInput.Inline(Payload.ofUtf8("answer " + number)),
                        "text/plain",
                        null,
                        Duration.ofMillis(3))
                : new Reply.Failure(Requests.id(), ErrorCode.MODEL_ERROR, "refused", 400);
    }
}
