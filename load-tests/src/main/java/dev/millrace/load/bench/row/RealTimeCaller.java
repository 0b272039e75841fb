package dev.millrace.load.bench.row;

import dev.millrace.load.bench.Installation;
import dev.millrace.load.bench.Labels;
import dev.millrace.load.harness.ClosedLoop;
import dev.millrace.load.harness.Digits;
import dev.millrace.load.harness.HttpConnection;
import java.io.IOException;
import java.util.List;

/// Real-time calls on one connection, each answer compared.
final class RealTimeCaller implements ClosedLoop.Caller {
    private static final int STEP = 37;

    private final Digits digits;
    private final List<byte[]> calls;
    private final int first;
    private final HttpConnection connection;

    /// @param calls one per row, from the first row on
    /// @param index spreads the callers over the rows
    RealTimeCaller(Installation installation, Digits digits, List<byte[]> calls, int index) throws IOException {
        this.digits = digits;
        this.calls = calls;
        this.first = index * STEP;
        this.connection = new HttpConnection(installation.apiUri());
    }

    @Override
    public void call(int n) throws IOException {
        int row = (first + n) % calls.size();
        Labels.expect(connection.send(calls.get(row)), digits.label(row));
    }

    @Override
    public void close() throws IOException {
        connection.close();
    }
}
