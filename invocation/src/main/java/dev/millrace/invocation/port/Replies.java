package dev.millrace.invocation.port;

import dev.millrace.invocation.Reply;
import dev.millrace.invocation.ReplyAddress;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/// Carries the answers of real-time calls from workers to the gateway instance that waits.
public interface Replies extends AutoCloseable {
    /// Sends without blocking; the stage ends when the broker has it.
    CompletionStage<Void> send(ReplyAddress to, Reply reply);

    /// Begins to receive; replies of other gateways that share the partition are skipped.
    ///
    /// @param gatewayId unique to this process
    /// @param listener called on the receiving thread; must not block
    Receiver receive(String gatewayId, Consumer<Reply> listener);

    /// Ends with [#close].
    interface Receiver extends AutoCloseable {
        /// What requests name as their reply address.
        ReplyAddress address();

        /// @throws dev.millrace.invocation.PlatformException `SERVICE_UNAVAILABLE` when the loop has ended
        void check();

        @Override
        void close();
    }

    @Override
    void close();
}
