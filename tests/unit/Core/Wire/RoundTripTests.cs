using MqttPay.Payments;
using MqttPay.Wire;
using Xunit;

namespace MqttPay.UnitTests.Core.Wire;

/// <summary>
/// What is written is read back as it was; what is read writes back to the same bytes; nothing ever throws.
/// </summary>
public sealed class RoundTripTests
{
    public static TheoryData<int> Seeds => [.. Enumerable.Range(1, 12)];

    private delegate WireError Parser<T>(ReadOnlySpan<byte> bytes, out T? value);

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Requests_come_back_as_they_were(int seed)
    {
        var random = new RandomValues(seed);
        for (var i = 0; i < 40; i++)
        {
            var request = random.Request();
            var payload = RequestCodec.EncodePayload(request);
            var message = CoseSign1.Encode(request.Kid, SignatureAlgorithm.EdDsa, payload, [.. random.Bytes(63), 0]);

            Assert.Equal(WireError.None, RequestCodec.TryParse(message, out var view));
            Assert.Equal(request, view.ToRequest());
            Assert.Equal(payload, RequestCodec.EncodePayload(view.ToRequest()));
            Assert.True(message.AsSpan()[^64..].SequenceEqual(view.Signature(message)));
            var toBeSigned = new byte[RequestView.ToBeSignedMax];
            var length = view.WriteToBeSigned(message, toBeSigned);
            Assert.Equal(
                CoseSign1.ToBeSigned(MessageKind.Request, request.Kid, SignatureAlgorithm.EdDsa, payload),
                toBeSigned[..length]);
            Assert.Equal(Hash.Of(toBeSigned.AsSpan(0, length)), view.Digest(message));
        }
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Decisions_come_back_as_they_were(int seed) =>
        Check(seed, random => random.Decision(), DecisionCodec.Encode, DecisionCodec.TryParse);

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Round_headers_come_back_as_they_were(int seed) => Check(
        seed, random => random.Header(random.Int(1, 1024)), RoundCodec.EncodeHeader, RoundCodec.TryParseHeader);

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Events_come_back_as_they_were(int seed)
    {
        for (var kind = 1; kind <= 12; kind++)
            Check(seed, random => random.Event(kind), EventCodec.Encode, EventCodec.TryParse);
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Grants_come_back_as_they_were(int seed) => Check(
        seed,
        random => new Grant(
            random.U63(), random.U32(), random.U32(), random.Bool() ? random.Account() : null, random.Int(1, 999),
            random.Amount(), random.U32OrZero(), random.U32(), random.U32(), random.Bool() ? random.U32() : null),
        GrantCodec.Encode, GrantCodec.TryParse);

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Acks_come_back_as_they_were(int seed) => Check(
        seed, random => new Ack(random.U32(), random.U32(), random.Long(0, long.MaxValue), random.Hash()),
        AckCodec.Encode, AckCodec.TryParse);

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Configs_come_back_as_they_were(int seed) => Check(
        seed,
        random => new DeviceConfig(
            random.Kid(), random.U63(), random.U32(), random.U32(), random.Key(), random.Int(
                1, 999), random.U32OrZero(),
            (byte)random.Int(0, 255)),
        ConfigCodec.Encode, ConfigCodec.TryParse);

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Policies_come_back_as_they_were(int seed) =>
        Check(seed, random => random.Policy(), PolicyCodec.Encode, PolicyCodec.TryParse);

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Deny_lists_come_back_as_they_were(int seed) => Check(
        seed, random => new DenyList(random.U32(), [.. random.List(30, random.Kid).Distinct().Order()]),
        DenyListCodec.Encode, DenyListCodec.TryParse, Same);

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Rosters_come_back_as_they_were(int seed) => Check(
        seed,
        random => new Roster(
            random.U32(), random.U32(), random.U32(), random.List(5, random.U32), random.List(5, random.Device)),
        RosterCodec.Encode, RosterCodec.TryParse, Same);

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Sync_requests_come_back_as_they_were(int seed) => Check(
        seed,
        random => new SyncRequest(
            random.U32(), random.U32(), random.U32OrZero(), random.U32OrZero(), random.U32OrZero(),
            random.List(5, random.Ask), random.Long(0, long.MaxValue), random.Hash()),
        SyncCodec.Encode, SyncCodec.TryParse, Same);

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Sync_answers_come_back_as_they_were(int seed) => Check(
        seed,
        random => new SyncAnswer(
            random.U32(), random.U63(), random.Hash(), random.List(5, () => random.Bytes(1, 200)), random.Document(),
            random.Document(), random.Document(), random.U32OrZero(),
            random.List(5, () => (random.U32(), (DecisionCode)random.Int(0, 255))), random.Document(),
            random.List(5, random.U63)),
        SyncCodec.Encode, SyncCodec.TryParse, Same);

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Head_mismatches_come_back_as_they_were(int seed) => Check(
        seed, random => new HeadMismatch(random.U63(), random.Hash(), random.Int(1, 2)), mismatch => mismatch.Encode(),
        HeadMismatch.TryParse);

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Rounds_come_back_as_they_were(int seed) => Check(
        seed, random => random.Round(), RoundCodec.EncodeRound,
        (ReadOnlySpan<byte> bytes, out SignedRound? round) =>
        {
            var error = RoundCodec.TryParseRound(bytes, out round, out var consumed);
            return error is WireError.None && consumed != bytes.Length ? WireError.TrailingBytes : error;
        },
        Same);

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Batches_come_back_as_they_were(int seed) => Check(
        seed, random => new List<SignedRound>([random.Round(), .. random.List(3, random.Round)]),
        rounds => BatchCodec.Encode([.. rounds.Select(RoundCodec.EncodeRound)]),
        (ReadOnlySpan<byte> bytes, out List<SignedRound>? rounds) =>
        {
            var error = BatchCodec.TryParse(bytes, out var read);
            rounds = [.. read];
            return error;
        },
        Same);

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Replies_come_back_as_they_were(int seed) => Check(seed, AnyReply, Encode, ReplyCodec.TryParse, Same);

    [Fact]
    public void A_claimed_count_of_a_million_devices_allocates_nothing_by_it()
    {
        byte[] roster = [0xa5, 0x01, 0x01, 0x02, 0x01, 0x03, 0x01, 0x04, 0x80, 0x05, 0x9a, 0x00, 0x0f, 0x42, 0x40];
        RosterCodec.TryParse(roster, out _);
        var before = GC.GetAllocatedBytesForCurrentThread();

        Assert.Equal(WireError.Truncated, RosterCodec.TryParse(roster, out _));

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 4_096);
    }

    [Fact]
    public void A_roster_of_ten_thousand_devices_travels()
    {
        var random = new RandomValues(1);
        var roster = new Roster(1, 1, 1, [], [.. Enumerable.Range(0, 10_000).Select(_ => random.Device())]);
        var message = TestKeys.Cloud.Message(MessageKind.Roster, RosterCodec.Encode(roster));

        Assert.Equal(WireError.None, CoseSign1.TryParse(message, out var envelope));
        Assert.Equal(WireError.None, RosterCodec.TryParse(message.AsSpan(envelope.Payload), out var read));
        Assert.Equal(10_000, read!.Devices.Count);
        Assert.Equal(roster.Devices[^1].Config, read.Devices[^1].Config);
    }

    private static Reply AnyReply(RandomValues random)
    {
        var (code, path) = ((DecisionCode)random.Int(0, 255), random.Bytes(32 * random.Int(0, 10)));
        if (random.Int(0, 2) is 2)
            return new Reply.Hint(random.U32OrZero(), random.Long(0, long.MaxValue), code, random.U32OrZero());
        var (decision, header) = (random.Decision(), random.Header(random.Int(1, 1024)));
        var body = DecisionCodec.Encode(decision);
        var round = CoseSign1.Encode(
            random.Kid(), SignatureAlgorithm.EdDsa, RoundCodec.EncodeHeader(header), [.. random.Bytes(63), 0]);
        return random.Bool()
            ? new Reply.Final(body, decision, random.Int(0, 1023), path, round, header, 7)
            : new Reply.Notice(random.Kid(), random.Hash(), body, decision, random.Int(0, 1023), path, round, header);
    }

    private static byte[] Encode(Reply reply) => reply switch
    {
        Reply.Final r => ReplyCodec.EncodeFinal(r.DecisionBytes, r.Index, r.Path, r.SignedRound, r.Witness),
        Reply.Notice r =>
            ReplyCodec.EncodeNotice(r.Kid, r.Digest, r.DecisionBytes, r.Index, r.Path, r.SignedRound),
        Reply.Hint r => ReplyCodec.EncodeHint(r.Epoch, r.Sequence, r.Code, r.RetryMs),
        _ => throw new ArgumentOutOfRangeException(nameof(reply)),
    };

    private static void Same<T>(T expected, T actual) => Assert.Equivalent(expected, actual, strict: true);

    private static void Check<T>(
        int seed, Func<RandomValues, T> make, Func<T, byte[]> encode, Parser<T> parse, Action<T, T>? same = null)
    {
        var value = make(new(seed));
        var bytes = encode(value);

        Assert.Equal(WireError.None, parse(bytes, out var read));

        (same ?? Assert.Equal)(value, read!);
        Assert.Equal(bytes, encode(read!));
        Assert.Equal(WireError.TrailingBytes, parse([.. bytes, 0], out _));
        for (var length = 0; length < Math.Min(bytes.Length, 600); length++)
            Assert.NotEqual(WireError.None, parse(bytes.AsSpan(0, length), out _));
        Mutate(seed, bytes, encode, parse);
    }

    /// <summary>Whatever still parses after a change has exactly one encoding: its own.</summary>
    private static void Mutate<T>(int seed, byte[] bytes, Func<T, byte[]> encode, Parser<T> parse)
    {
        var random = new Random(seed);
        for (var i = 0; i < 200; i++)
        {
            var mutant = (byte[])bytes.Clone();
            for (var changes = random.Next(1, 4); changes > 0; changes--)
                mutant[random.Next(Math.Min(mutant.Length, 400))] = (byte)random.Next(256);
            if (parse(mutant, out var read) is WireError.None) Assert.Equal(mutant, encode(read!));
        }
    }
}
