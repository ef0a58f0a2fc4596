using MqttPay.FirmwareSim.Devices;
using MqttPay.FirmwareSim.Lint;
using MqttPay.Payments;
using MqttPay.Wire;
using Xunit;

namespace MqttPay.UnitTests.FirmwareSim;

public sealed class LinterTests
{
    private static readonly Bench Bench = new();

    private static readonly byte[] Request = RequestBuilder.Sign(
        new()
        {
            Operation = Operation.Sale, Kid = Bench.Kid, Epoch = 1, Sequence = 1184, Edge = 40_213, AmountMinor = 150,
            Currency = 978, Flags = RequestFlags.Confirm, LastReceipt = new(40_213, 3, 51_233, 1),
        },
        Bench.Key).Message;

    [Fact]
    public void Explains_a_request_field_by_field()
    {
        var report = Linter.Explain(Request);

        Assert.Null(report.Fault);
        Assert.Equal("COSE_Sign1, request", report.Title);
        AssertField(report, "algorithm", "EdDSA (Ed25519)");
        AssertField(report, "key", Bench.Kid.ToString());
        AssertField(report, "operation", "1 (Sale)");
        AssertField(report, "sequence", "1184");
        AssertField(report, "amount", "150");
        AssertField(report, "currency", "978 (EUR)");
        AssertField(report, "flags", "4 (Confirm)");
        AssertField(report, "last receipt", "[40213, 3, 51233, 0000000000000001]");
    }

    [Fact]
    public void Names_a_number_that_is_not_in_its_shortest_form()
    {
        // The epoch, 1, is written as 18 01; the payload grows by a byte, so its own length does too.
        var at = IndexOf(Request, [0x01, 0x01, 0x02, 0x01]) + 3;
        byte[] bad = [.. Request[..at], 0x18, .. Request[at..]];
        bad[PayloadLengthAt]++;

        var fault = Linter.Explain(bad).Fault!;

        Assert.Equal((3012, "not_shortest_form", at), (fault.Number, fault.Name, fault.Offset));
        Assert.Equal("18 01 encodes 1 in two bytes; deterministic CBOR wants 01", fault.What);
    }

    [Fact]
    public void Names_labels_out_of_order_and_bytes_behind_the_end()
    {
        var at = IndexOf(Request, [0x01, 0x01, 0x02, 0x01]) + 2;
        var twice = Request.ToArray();
        twice[at] = 0x01;

        var order = Linter.Explain(twice).Fault!;
        var trailing = Linter.Explain([.. Request, 0x00]).Fault!;

        Assert.Equal((WireError.LabelOrder, at), (order.Error, order.Offset));
        Assert.Equal((WireError.TrailingBytes, Request.Length), (trailing.Error, trailing.Offset));
    }

    [Fact]
    public void Every_truncation_of_a_request_is_a_fault_inside_it()
    {
        for (var length = 0; length < Request.Length; length++)
        {
            var fault = Linter.Explain(Request.AsSpan(0, length)).Fault;
            Assert.NotNull(fault);
            Assert.InRange(fault.Offset, 0, length);
        }
    }

    [Fact]
    public void No_mutation_of_a_message_breaks_the_explanation()
    {
        foreach (var message in new[] { Request, Bench.Config(), Bench.Approve(Request) })
            for (var at = 0; at < message.Length; at++)
                foreach (var value in new byte[] { 0x00, 0x1b, 0x1f, 0x3b, 0x5b, 0x7f, 0x9b, 0xbf, 0xdb, 0xff })
                {
                    var bad = message.ToArray();
                    bad[at] = value;
                    Assert.NotEmpty(LintVerb.ForTerminal(Linter.Explain(bad)));
                }
    }

    [Fact]
    public void Explains_a_configuration_a_reply_and_a_hint()
    {
        var config = Linter.Explain(Bench.Config());
        var reply = Linter.Explain(Bench.Approve(Request));
        var hint = Linter.Explain(ReplyCodec.EncodeHint(1, 1184, DecisionCode.TempError, 500));

        Assert.Equal("COSE_Sign1, device configuration", config.Title);
        AssertField(config, "edge", "40213");
        Assert.Equal("final reply", reply.Title);
        AssertField(reply, "code", "0 (Approved)");
        AssertField(reply, "amount", "150");
        AssertField(reply, "round", "9");
        AssertField(reply, "witness", "0102030405060708");
        AssertField(hint, "code", "21 (TempError)");
        AssertField(hint, "retry ms", "500");
    }

    [Fact]
    public void With_a_key_a_wrong_signature_is_found()
    {
        var forged = Request.ToArray();
        forged[^20] ^= 1;

        Assert.Null(Linter.Explain(Request, Bench.Key.Public).Fault);
        Assert.Equal(WireError.SignatureInvalid, Linter.Explain(forged, Bench.Key.Public).Fault!.Error);
        Assert.Equal(WireError.UnknownKid, Linter.Explain(Request, Bench.EdgeKey.Public).Fault!.Error);
    }

    [Fact]
    public void Says_of_other_bytes_that_they_are_no_message_of_ours() =>
        Assert.Equal(WireError.NotSign1, Linter.Explain("hello"u8).Fault!.Error);

    [Fact]
    public void Explains_a_notice_with_the_payment_that_it_names()
    {
        var name = new RequestName(new(0x0123456789abcdef), 3, 77);

        var report = Linter.Explain(Bench.Notice(name, 500));

        Assert.Equal("notice to a payee", report.Title);
        AssertField(report, "payer's key", "0123456789abcdef");
        AssertField(report, "payment id", $"{PaymentId.Of(name)} (formed from key, epoch and sequence)");
        AssertField(report, "amount", "500");
        AssertField(report, "hold seconds", "86400");
    }

    [Fact]
    public void Explains_a_policys_tiers_and_a_rosters_devices_line_by_line()
    {
        var policy = new Policy
        {
            Version = 4, Currency = 978, ReverseSeconds = 5, RefundDayMinor = 700, CapturingPayees = [8, 9],
            Tiers = [new(2, 5_000, DecisionMasks.Standard, true, false)],
        };
        var device = new RosterDevice(
            Bench.Key.Public, 1, [], 1 << (int)Operation.Capture | 1 << (int)Operation.Refund, RosterDevice.Active,
            new byte[16], new byte[32], [])
        {
            Payee = 7, Tier = 2, Attested = true, SequenceFloor = 12,
        };

        var rules = Linter.Explain(Signed(MessageKind.Policy, PolicyCodec.Encode(policy)));
        var list = Linter.Explain(Signed(MessageKind.Roster, RosterCodec.Encode(new(3, 40_213, 7, [], [device]))));

        AssertField(rules, "reverse seconds", "5");
        AssertField(rules, "refunds per day", "700");
        AssertField(rules, "capturing payees", "[8, 9]");
        Assert.StartsWith(
            "limits x 5000/10000, deny ", Assert.Single(rules.Fields, field => field.Name == "tier 2").Text,
            StringComparison.Ordinal);
        Assert.EndsWith(
            ", wants attestation", Assert.Single(rules.Fields, field => field.Name == "tier 2").Text,
            StringComparison.Ordinal);
        AssertField(
            list, Bench.Kid.ToString(),
            "epoch 1, of payee 7, active, may Capture Refund, tier 2, attested, sequence floor 12");
    }

    [Fact]
    public void Tells_events_by_the_requests_and_documents_in_them()
    {
        var other = RequestBuilder.Sign(
            new()
            {
                Operation = Operation.Voucher, Kid = Bench.Kid, Epoch = 1, Edge = 40_213, AmountMinor = 150,
                Currency = 978, ReferenceSequence = 9, Tick = 4,
            },
            Bench.Key).Message;

        var text = LintVerb.ForTerminal(Linter.Explain(Round(
            new RoundEvent.RosterOn(6, 7, Hash.Of([1])), new RoundEvent.VoucherKept(other),
            new RoundEvent.Conflict(Request, other))));

        Assert.Contains("event roster 6 in force, site payee 7, digest 4bf5122f", text, StringComparison.Ordinal);
        Assert.Contains(
            $"event voucher kept: Voucher {Bench.Kid}/1/9, tick 4, 150 minor units", text, StringComparison.Ordinal);
        Assert.Contains(
            $"event conflict, two contents of one name: Sale {Bench.Kid}/1/1184", text, StringComparison.Ordinal);
    }

    private static byte[] Signed(MessageKind kind, byte[] payload)
    {
        var key = Bench.CloudKey;
        var toBeSigned = CoseSign1.ToBeSigned(kind, key.Public.Id, key.Public.Algorithm, payload);
        return CoseSign1.Encode(key.Public.Id, key.Public.Algorithm, payload, key.Sign(toBeSigned));
    }

    private static byte[] Round(params RoundEvent[] events)
    {
        var bodies = events.Select(EventCodec.Encode).ToList();
        var tree = MerkleTree.Root([.. bodies.Select(body => RoundCodec.LeafHash(default, body))]);
        var header = new RoundHeader(40_213, 3, 1, 9, bodies.Count, default, tree, 1_790_000_000);
        return RoundCodec.EncodeRound(new(
            Signed(MessageKind.Round, RoundCodec.EncodeHeader(header)), header, default,
            [.. bodies.Select(body => new Leaf.Event(body))], []));
    }

    private const int PayloadLengthAt = 18;

    private static void AssertField(LintReport report, string name, string text) =>
        Assert.Equal(text, Assert.Single(report.Fields, field => field.Name == name).Text);

    private static int IndexOf(byte[] bytes, byte[] part)
    {
        var at = bytes.AsSpan().IndexOf(part);
        Assert.True(at > 0);
        return at;
    }
}
