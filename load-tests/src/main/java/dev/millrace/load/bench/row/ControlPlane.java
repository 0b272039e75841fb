package dev.millrace.load.bench.row;

import dev.millrace.load.bench.Figure;
import dev.millrace.load.bench.Installation;
import dev.millrace.load.bench.Measurement;
import dev.millrace.load.bench.Reading;
import dev.millrace.load.harness.ClosedLoop;
import dev.millrace.load.harness.HttpConnection;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.IntFunction;

/// How long one connection waits for the control plane: a call that writes, one that reads, one that lists.
public final class ControlPlane implements Measurement {
    private static final double TARGET_MILLIS = 20;
    private static final String TARGET = "p50 ≤ 20 ms";

    @Override
    public String name() {
        return "control-plane";
    }

    @Override
    public List<Reading> take(Installation installation) throws IOException, InterruptedException {
        String endpoint = installation.digits();
        byte[] nowhere =
                HttpConnection.request("GET", installation.apiUri().resolve("/nowhere"), Map.of(), new byte[0]);
        ClosedLoop.Taken nothing = loop(installation, _ -> nowhere, 404);
        Figure floor = Figure.millis("the gateway's 404", nothing.millis(50));
        String models = "bench-" + UUID.randomUUID().toString().substring(0, 8) + "-";
        byte[] document = model(models + 0);
        ClosedLoop.Taken put = installation.rawStore().puts(document.length, 1, installation.seconds(4, 2));
        return List.of(
                reading(
                        "CreateModel, one connection",
                        loop(installation, n -> call(installation, "CreateModel", model(models + n)), 200),
                        Figure.millis("raw PUT of " + document.length + " bytes", put.millis(50))),
                reading(
                        "DescribeEndpoint, one connection",
                        loop(
                                installation,
                                _ -> call(
                                        installation, "DescribeEndpoint", json("{'EndpointName':'" + endpoint + "'}")),
                                200),
                        floor),
                reading(
                        "ListEndpoints, one connection",
                        loop(installation, _ -> call(installation, "ListEndpoints", json("{}")), 200),
                        floor));
    }

    private static Reading reading(String work, ClosedLoop.Taken taken, Figure floor) {
        return new Reading(
                work,
                TARGET,
                Figure.millis("p50", taken.millis(50)),
                floor,
                taken.millis(50) <= TARGET_MILLIS,
                List.of(Figure.millis("p99", taken.millis(99)), Figure.perSecond("calls", taken.perSecond())),
                List.of());
    }

    private static byte[] model(String name) {
        return json("{'ModelName':'" + name + "','ExecutionRoleArn':'arn:aws:iam::000000000000:role/bench',"
                + "'PrimaryContainer':{'Image':'onnxruntime','ModelDataUrl':'s3://bench/model.onnx'}}");
    }

    private static byte[] json(String text) {
        return text.replace('\'', '"').getBytes(StandardCharsets.US_ASCII);
    }

    private static byte[] call(Installation installation, String operation, byte[] body) {
        return HttpConnection.request(
                "POST",
                installation.apiUri().resolve("/"),
                installation.authorized(
                        Map.of("X-Amz-Target", "SageMaker." + operation, "Content-Type", "application/x-amz-json-1.1")),
                body);
    }

    /// @param request of the call with that number
    private static ClosedLoop.Taken loop(Installation installation, IntFunction<byte[]> request, int status)
            throws InterruptedException {
        return ClosedLoop.run(
                1,
                installation.seconds(4, 2),
                installation.seconds(4, 2),
                _ -> new Caller(new HttpConnection(installation.apiUri()), request, status));
    }

    private record Caller(HttpConnection connection, IntFunction<byte[]> request, int status)
            implements ClosedLoop.Caller {
        @Override
        public void call(int n) throws IOException {
            HttpConnection.Answer answer = connection.send(request.apply(n));
            if (answer.status() != status) {
                throw new IOException(answer.status() + " " + answer.text());
            }
        }

        @Override
        public void close() throws IOException {
            connection.close();
        }
    }
}
