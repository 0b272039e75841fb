package dev.millrace.model.internal.codec;

import static dev.millrace.model.Digits.utf8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.model.internal.tensor.RefusedException;
import dev.millrace.model.internal.tensor.Shape;
import dev.millrace.model.internal.tensor.TensorType;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonRequestsTest {
    private static final String JSON = "application/json";
    private static final float[] SIX = {1, 2, 3, 4, 5, 6};

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'inputs':[{'name':'x','shape':[1,2,3],'datatype':'FP32','data':[1,2,3,4,5,6]}]}",
                "{'inputs':[{'name':'x','shape':[1,2,3],'datatype':'FP32','data':[[[1,2,3],[4,5,6]]]}]}",
                "{'inputs':[{'data':[1,2.0,3,4e0,50e-1,6],'shape':[1,2,3],'datatype':'FP64','name':'x'}]}",
                "{'inputs' : [ {'datatype':'INT64','data':[1,2,3,4,5,6],'parameters':{},'name':'x','shape':[1,2,3]} ]}",
                "{'id':'a','parameters':{'x':[1,{}]},'inputs':[{'name':'x','shape':[1,2,3],'datatype':'INT8',"
                        + "'data':[1,2,3,4,5,6]}],'outputs':[{'name':'y'}],'more':{'__proto__':[]}}",
                "[[[1,2,3],[4,5,6]]]",
                "[[1,2,3],[4,5,6]]",
                "[[1,2,3,4,5,6]]",
                "[1,2,3,4,5,6]",
                " {'instances':[[[1,2,3],[4,5,6]]]} ",
                "{'signature_name':'s','instances':[[1,2,3,4,5,6]]}",
                "{'inputs':[[1,2,3,4,5,6]]}",
                "{'inputs':{'x':[[[1,2,3],[4,5,6]]]}}"
            })
    void takesEveryFormOfOneRow(String body) throws RefusedException {
        try (Decoding decoding = Decoding.sixFloats()) {
            decoding.read(utf8(body.replace('\'', '"')), JSON);

            assertThat(decoding.rows()).isEqualTo(1);
            assertThat(decoding.floats()).containsExactly(SIX);
        }
    }

    static Stream<Arguments> whatIsRefused() {
        String deep = "[".repeat(100_000);
        return Stream.of(
                Arguments.of("", "neither"),
                Arguments.of("5", "neither"),
                Arguments.of("null", "neither"),
                Arguments.of("{}", "neither 'inputs' nor 'instances'"),
                Arguments.of("{'inputs':[]}", "empty array"),
                Arguments.of("{'inputs':[{}]}", "no 'name'"),
                Arguments.of("{'inputs':[{'name':'x'}]}", "no 'datatype'"),
                Arguments.of("{'inputs':[{'name':'x','datatype':'FP32'}]}", "no 'shape'"),
                Arguments.of("{'inputs':[{'name':'x','datatype':'FP32','shape':[1,2,3]}]}", "neither 'data' nor"),
                Arguments.of("{'inputs':[{'name':'z','datatype':'FP32','shape':[1],'data':[1]}]}", "'z' is not one of"),
                Arguments.of(
                        "{'inputs':[{'name':'x','datatype':'FP31','shape':[1],'data':[1]}]}", "'datatype' is none of"),
                Arguments.of(
                        "{'inputs':[{'name':'x','datatype':'BYTES','shape':[1],'data':['a']}]}", "cannot be given as"),
                Arguments.of(oip("[1,2,3]", "[1,2,3,4,5]"), "5 elements given for shape [1, 2, 3], which has 6"),
                Arguments.of(oip("[1,3,2]", "[1,2,3,4,5,6]"), "does not fit [?, 2, 3]"),
                Arguments.of(oip("[6]", "[1,2,3,4,5,6]"), "does not fit"),
                Arguments.of(oip("[-1,2,3]", "[1,2,3,4,5,6]"), "negative"),
                Arguments.of(oip("[4611686018427387904,4611686018427387904,3]", "[1]"), "overflows"),
                Arguments.of(oip("[99999999999999999999]", "[1]"), "malformed JSON"),
                Arguments.of(oip("[1.5,2,3]", "[1]"), "other than whole numbers"),
                Arguments.of(oip("[" + "1,".repeat(40) + "1]", "[1]"), "more than 32 dimensions"),
                Arguments.of(oip("[0,2,3]", "[]"), "empty array"),
                Arguments.of(oip("[1,2,3]", "[1,2,3,4,5,null]"), "other than numbers"),
                Arguments.of(oip("[1,2,3]", "[1,2,3,4,5,'6']"), "text where FP32"),
                Arguments.of(oip("[1,2,3]", "[1,2,3,4,5,1e39]"), "out of range"),
                Arguments.of(oip("[1,2,3]", "[1,2,3,4,5,1" + "0".repeat(200) + "]"), "malformed JSON"),
                Arguments.of(oip("[1,2,3]", "[1,2,3,4,5,NaN]"), "malformed JSON"),
                Arguments.of(oip("[1,2,3]", "[1,2,3,4,5,-Infinity]"), "malformed JSON"),
                Arguments.of(oip("[1,2,3]", "[1,2,3,4,5,06]"), "malformed JSON"),
                Arguments.of(oip("[1,2,3]", "[1,2,3,4,5,6"), "malformed JSON"),
                Arguments.of(oip("[1,2,3]", "[1,2,3,4,5,6],'data':[1,2,3,4,5,6]"), "Duplicate"),
                Arguments.of("{'inputs':[" + tensor() + "," + tensor() + "]}", "given twice"),
                Arguments.of("{'inputs':[" + tensor() + "],'inputs':[" + tensor() + "]}", "Duplicate"),
                Arguments.of("{'inputs':[" + tensor() + ",7]}", "other than tensors"),
                Arguments.of("{'inputs':[" + tensor() + "],'outputs':[{'name':'q'}]}", "output 'q'"),
                Arguments.of("{'inputs':[" + tensor() + "],'outputs':7}", "not a list"),
                Arguments.of("{'inputs':[" + tensor() + "]} x", "malformed JSON"),
                Arguments.of("{'inputs':[" + tensor() + "]} {}", "followed by something else"),
                Arguments.of("/* c */ [1,2,3,4,5,6]", "malformed JSON"),
                Arguments.of("[[1,2,3],[4,5]]", "ragged"),
                Arguments.of("[[1,2,3],4]", "ragged"),
                Arguments.of("[1,[2]]", "ragged"),
                Arguments.of("[[],[]]", "empty array"),
                Arguments.of("[1,2,3,4,5]", "does not fit"),
                Arguments.of("{'instances':[{'x':[1]}]}", "other than numbers"),
                Arguments.of(deep, "nested deeper"),
                Arguments.of("{'a':" + deep, "nesting depth (201)"),
                Arguments.of("{'inputs':[{'name':'" + "n".repeat(2_000_000), "malformed JSON"),
                Arguments.of("{'id':'\\ud800','instances':[1,2,3,4,5,6]}", "lone surrogate"),
                Arguments.of("[" + "1,".repeat(300_000) + "1]", "413 a tensor of more than"));
    }

    @ParameterizedTest
    @MethodSource("whatIsRefused")
    void refusesWhatIsMalformedOrDoesNotFit(String body, String reason) {
        try (Decoding decoding = Decoding.sixFloats()) {
            assertThat(decoding.refusal(utf8(body.replace('\'', '"')), JSON)).contains(reason);
        }
    }

    @Test
    void refusesOtherEncodingsAndByteOrderMarks() {
        try (Decoding decoding = Decoding.sixFloats()) {
            byte[] marked = utf8("\uFEFF[1,2,3,4,5,6]");

            assertThat(decoding.refusal(marked, JSON)).contains("byte order mark");
            assertThat(decoding.refusal("[1,2,3,4,5,6]".getBytes(StandardCharsets.UTF_16), JSON))
                    .contains("byte order mark");
            assertThat(decoding.refusal("[1,2,3,4,5,6]".getBytes(StandardCharsets.UTF_16LE), JSON))
                    .contains("byte order mark");
        }
    }

    @Test
    void refusesNumbersThatTheTypeCannotHold() {
        try (Decoding whole = Decoding.sixOf(TensorType.INT8);
                Decoding truth = Decoding.sixOf(TensorType.BOOL);
                Decoding half = Decoding.sixOf(TensorType.FP16)) {
            assertThat(whole.refusal(utf8("[1,2,3,4,5,128]"), JSON)).contains("'128' is out of range for INT8");
            assertThat(whole.refusal(utf8("[1,2,3,4,5,0.5]"), JSON)).contains("not a whole number");
            assertThat(whole.refusal(utf8("[1,2,3,4,5,1e99]"), JSON)).contains("out of range");
            assertThat(truth.refusal(utf8("[true,false,1,0,1,2]"), JSON)).contains("out of range for BOOL");
            assertThat(half.refusal(utf8("[1,2,3,4,5,70000]"), JSON)).contains("out of range for FP16");
        }
    }

    @Test
    void readsTextsForAModelThatTakesThem() throws RefusedException {
        try (Decoding decoding = new Decoding(Decoding.spec("x", TensorType.BYTES, Shape.OPEN))) {
            decoding.read(
                    utf8("{\"inputs\":[{\"name\":\"x\",\"shape\":[2],\"datatype\":\"BYTES\",\"data\":[\"a\",\"ü\"]}]}"),
                    JSON);

            assertThat(decoding.inputs().buffer(0).texts(0, 2)).containsExactly("a", "ü");
        }
    }

    @Test
    void wantsEveryInputOnceAndWithEquallyManyRows() throws RefusedException {
        try (Decoding decoding = new Decoding(
                Decoding.spec("a", TensorType.FP32, Shape.OPEN, 2), Decoding.spec("b", TensorType.INT64, Shape.OPEN))) {
            decoding.read(utf8("{\"inputs\":{\"b\":[7,8],\"a\":[[1,2],[3,4]]}}"), JSON);
            assertThat(decoding.rows()).isEqualTo(2);

            assertThat(decoding.refusal(utf8("{\"inputs\":{\"a\":[[1,2]]}}"), JSON))
                    .contains("input 'b' is missing");
            assertThat(decoding.refusal(utf8("{\"inputs\":{\"b\":[7,8],\"a\":[[1,2]]}}"), JSON))
                    .contains("has 2 rows");
            assertThat(decoding.refusal(utf8("[[1,2]]"), JSON)).contains("the model has 2 inputs");
        }
    }

    private static String tensor() {
        return "{'name':'x','shape':[1,2,3],'datatype':'FP32','data':[1,2,3,4,5,6]}";
    }

    private static String oip(String shape, String data) {
        return "{'inputs':[{'name':'x','shape':" + shape + ",'datatype':'FP32','data':" + data + "}]}";
    }
}
