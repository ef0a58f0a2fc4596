using System.Text.Json;
using MqttPay.Payments;
using MqttPay.UnitTests.Tidy;
using MqttPay.Wire;
using Xunit;

namespace MqttPay.UnitTests.Core.Wire;

public sealed class RequestParserTests
{
    public static TheoryData<string> HostileNames => [.. Hostile.All.Select(hostile => hostile.Name)];

    public static TheoryData<Operation> Operations => [.. Enum.GetValues<Operation>()];

    [Theory]
    [MemberData(nameof(HostileNames))]
    public void Refuses_a_hostile_message_with_the_right_reason(string name)
    {
        var hostile = Hostile.All.Single(one => one.Name == name);

        Assert.Equal(hostile.Expected, Hostile.Judge(hostile.Message));
    }

    [Fact]
    public void The_good_messages_that_hostile_ones_start_from_are_accepted()
    {
        Assert.Equal(WireError.None, Hostile.Judge(Hostile.Good));
        Assert.Equal(WireError.None, Hostile.Judge(Hostile.Small));
        Assert.Equal(WireError.None, Hostile.Judge(Hostile.Signed(Cbor.Map(Hostile.Fields))));
    }

    [Fact]
    public void Refuses_every_message_of_the_older_layout()
    {
        var messages = JsonDocument.Parse(Repository.Read("tests/vectors/older-layout.json")).RootElement
            .GetProperty("messages").EnumerateArray().ToArray();

        Assert.Equal(94, messages.Length);
        Assert.All(messages, message => Assert.NotEqual(
            WireError.None,
            RequestCodec.TryParse(Convert.FromHexString(message.GetProperty("message").GetString()!), out _)));
    }

    [Theory]
    [MemberData(nameof(Operations))]
    public void Refuses_every_truncation(Operation operation)
    {
        var message = Samples.Message(Samples.Most(operation), TestKeys.DeviceEd25519);

        for (var length = 0; length < message.Length; length++)
        {
            var error = RequestCodec.TryParse(message.AsSpan(0, length), out _);
            Assert.Equal(length is 0 ? WireError.Empty : WireError.Truncated, error);
        }
    }

    [Theory]
    [MemberData(nameof(Operations))]
    public void Every_single_byte_mutation_is_refused_or_breaks_the_signature(Operation operation)
    {
        var message = Samples.Message(Samples.Most(operation), TestKeys.DeviceEd25519);
        var verified = 0;
        for (var at = 0; at < message.Length; at++)
            foreach (var flip in (byte[])[0x01, 0x80, 0x20, 0xff])
            {
                var mutant = (byte[])message.Clone();
                mutant[at] ^= flip;
                if (Hostile.Judge(mutant) is WireError.None) verified++;
            }

        Assert.Equal(0, verified);
    }

    [Fact]
    public void Every_value_of_every_byte_is_refused_or_changes_the_digest_or_the_signature()
    {
        var digest = Samples.DigestOf(Hostile.Good);
        var mutant = (byte[])Hostile.Good.Clone();
        for (var at = 0; at < mutant.Length; at++)
        {
            for (var value = 0; value < 256; value++)
            {
                if (value == Hostile.Good[at]) continue;
                mutant[at] = (byte)value;
                if (RequestCodec.TryParse(mutant, out var view) is not WireError.None) continue;
                Assert.True(view.Digest(mutant) != digest || at >= mutant.Length - 64, $"byte {at} = {value}");
            }
            mutant[at] = Hostile.Good[at];
        }
    }

    [Theory]
    [MemberData(nameof(Operations))]
    public void Takes_each_label_only_with_the_operations_that_have_it(Operation operation)
    {
        for (var label = 2; label <= Matrix.Labels; label++)
        {
            var without = Matrix.FieldsOf(operation).Where(field => field.Label != (ulong)label).ToArray();
            var had = without.Length < Matrix.FieldsOf(operation).Count();
            var with =
                without.Append(new((ulong)label, Matrix.ValueOf(operation, label))).OrderBy(field => field.Label);
            var (expectedWithout, expectedWith) = Matrix.Use(operation, label) switch
            {
                'r' => (WireError.MissingLabel, WireError.None),
                'o' => (WireError.None, WireError.None),
                'e' => had ? (WireError.MissingLabel, WireError.None) : (WireError.None, WireError.LabelNotAllowed),
                _ => (WireError.None, WireError.LabelNotAllowed),
            };

            Assert.Equal(expectedWithout, Parse(Cbor.Map(without)));
            Assert.Equal(expectedWith, Parse(Cbor.Map(with)));
        }
    }

    [Fact]
    public void A_high_s_is_accepted_and_is_the_same_request()
    {
        var message = VectorSignatures.Message(Samples.Sale, TestKeys.DeviceEs256);
        var other = HostileSignatures.Malleated(message);

        Assert.NotEqual(message, other);
        Assert.Equal(WireError.None, Hostile.Judge(message));
        Assert.Equal(WireError.None, Hostile.Judge(other));
        Assert.Equal(Samples.DigestOf(message), Samples.DigestOf(other));
    }

    [Fact]
    public void Tells_the_name_once_epoch_and_sequence_were_read()
    {
        Assert.False(ViewOf(Hostile.Signed(Hostile.With(3, Cbor.Int(0)))).HasName);
        Assert.False(ViewOf(Hostile.Good[..16]).HasName);
        var view = ViewOf(Hostile.Signed(Hostile.With(5, Cbor.Int(0))));
        Assert.Equal((true, 1u, 1042L, 1042L), (view.HasName, view.Epoch, view.Sequence, view.HintSequence));
        Assert.True(ViewOf(Hostile.Good[..^1]).HasName);
    }

    [Fact]
    public void A_hint_to_a_request_without_a_sequence_names_the_one_it_refers_to()
    {
        var view = ViewOf(Samples.Message(Samples.Least(Operation.Status), TestKeys.DeviceEd25519));

        Assert.Equal((true, 0L, 1041L), (view.HasName, view.Sequence, view.HintSequence));
    }

    [Fact]
    public void Tells_where_the_error_is()
    {
        // Envelope start 2 + protected 14 + A0 1 + payload head 2, then the payload's map and its first three fields.
        Assert.Equal(0, ViewOf(Hostile.Good).ErrorOffset);
        Assert.Equal(29, ViewOf(Hostile.Signed(Hostile.With(5, Cbor.Int(0)))).ErrorOffset);
        Assert.Equal(148, ViewOf([.. Hostile.Good, 0]).ErrorOffset);
    }

    [Fact]
    public void Parsing_hashing_and_refusing_allocate_nothing()
    {
        var bad = Hostile.Signed(Hostile.With(5, Cbor.Int(0)));
        Work(bad);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++) Work(bad);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);

        static void Work(byte[] bad)
        {
            Span<byte> toBeSigned = stackalloc byte[RequestView.ToBeSignedMax];
            RequestCodec.TryParse(Hostile.Good, out var view);
            view.WriteToBeSigned(Hostile.Good, toBeSigned);
            view.Digest(Hostile.Good);
            RequestCodec.TryParse(bad, out _);
        }
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Never_throws_on_random_bytes(int seed)
    {
        var random = new Random(seed);
        var bytes = new byte[RequestCodec.MessageMax];
        for (var round = 0; round < 2_000; round++)
        {
            random.NextBytes(bytes);
            Hostile.Good.AsSpan(0, random.Next(Hostile.Good.Length)).CopyTo(bytes);
            var message = bytes[..random.Next(bytes.Length + 1)];
            if (!message.AsSpan().SequenceEqual(Hostile.Good)) Assert.NotEqual(WireError.None, Hostile.Judge(message));
        }
    }

    public static TheoryData<int> Seeds => [.. Enumerable.Range(1, 10)];

    private static WireError Parse(byte[] payload) => RequestCodec.TryParse(Hostile.Signed(payload), out _);

    private static RequestView ViewOf(byte[] message)
    {
        RequestCodec.TryParse(message, out var view);
        return view;
    }
}
