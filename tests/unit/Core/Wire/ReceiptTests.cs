using MqttPay.Payments;
using MqttPay.Wire;
using Xunit;

namespace MqttPay.UnitTests.Core.Wire;

public sealed class ReceiptTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    [InlineData(64)]
    public void A_device_accepts_its_own_decision_out_of_a_round(int leaves)
    {
        foreach (var edge in (TestKey[])[TestKeys.EdgeEd25519, TestKeys.EdgeEs256])
        {
            var round = new RoundOfReplies(leaves, edge);
            for (var index = 0; index < leaves; index++)
            {
                var reply = round.Reply(index);
                var verdict = Receipt.Check(
                    reply, RoundOfReplies.NameOf(
                        index), round.Digests[index], RoundOfReplies.Edge, edge.Public, out var toBeSigned,
                    out var signature);
                Assert.Equal(ReceiptVerdict.Ok, verdict);
                Assert.True(edge.Verify(toBeSigned, signature));
            }
        }
    }

    [Fact]
    public void Refuses_another_name_edge_key_digest_decision_place_and_round()
    {
        var round = new RoundOfReplies(5, TestKeys.EdgeEd25519);
        var (reply, name, digest) = (round.Reply(2), RoundOfReplies.NameOf(2), round.Digests[2]);
        var key = TestKeys.EdgeEd25519.Public;

        Assert.Equal(
            ReceiptVerdict.WrongName, Check(reply, name with { Sequence = 1 }, digest, RoundOfReplies.Edge, key));
        Assert.Equal(ReceiptVerdict.WrongName, Check(reply, name with { Epoch = 2 }, digest, RoundOfReplies.Edge, key));
        Assert.Equal(ReceiptVerdict.WrongEdge, Check(reply, name, digest, 7, key));
        Assert.Equal(
            ReceiptVerdict.WrongKey, Check(reply, name, digest, RoundOfReplies.Edge, TestKeys.EdgeEs256.Public));
        Assert.Equal(ReceiptVerdict.NotIncluded, Check(reply, name, round.Digests[1], RoundOfReplies.Edge, key));
        Assert.Equal(
            ReceiptVerdict.NotIncluded, Check(reply with { Index = 3 }, name, digest, RoundOfReplies.Edge, key));
        var dearer = reply with { DecisionBytes = DecisionCodec.Encode(reply.Decision with { AmountMinor = 1 }) };
        Assert.Equal(ReceiptVerdict.NotIncluded, Check(dearer, name, digest, RoundOfReplies.Edge, key));
        var garbled = reply with { SignedRound = reply.SignedRound[1..] };
        Assert.Equal(ReceiptVerdict.Malformed, Check(garbled, name, digest, RoundOfReplies.Edge, key));
    }

    [Fact]
    public void A_round_signed_by_another_hand_under_the_edges_kid_does_not_verify()
    {
        var round = new RoundOfReplies(1, TestKeys.EdgeEd25519);
        var reply = round.Reply(0);
        var forged = (byte[])reply.SignedRound.Clone();
        TestKeys.Cloud.Sign(forged).AsSpan(0, 64).CopyTo(forged.AsSpan()[^64..]);

        var verdict = Receipt.Check(
            reply with { SignedRound = forged }, RoundOfReplies.NameOf(0), round.Digests[0], RoundOfReplies.Edge,
            TestKeys.EdgeEd25519.Public, out var toBeSigned, out var signature);

        Assert.Equal(ReceiptVerdict.Ok, verdict);
        Assert.False(TestKeys.EdgeEd25519.Verify(toBeSigned, signature));
    }

    [Fact]
    public void A_payees_device_checks_a_notice_with_the_digest_in_it()
    {
        var round = new RoundOfReplies(3, TestKeys.EdgeEd25519);
        var final = round.Reply(1);
        var bytes = ReplyCodec.EncodeNotice(
            TestKeys.DeviceEs256.Kid, round.Digests[1], final.DecisionBytes, final.Index, final.Path,
            final.SignedRound);

        Assert.Equal(WireError.None, ReplyCodec.TryParse(bytes, out var reply));
        var notice = Assert.IsType<Reply.Notice>(reply);
        Assert.Equal(ReceiptVerdict.Ok, Check(notice));
        Assert.Equal(ReceiptVerdict.NotIncluded, Check(notice with { Digest = round.Digests[0] }));
    }

    [Fact]
    public void A_witness_is_made_by_the_key_for_its_fence_round_and_root()
    {
        var root = Hash.Of("root"u8);
        var receipt = new LastReceipt(1, 3, 7, Witness.Of(TestKeys.Witness, 3, 7, root));

        Assert.True(Witness.Matches(TestKeys.Witness, receipt));
        Assert.True(Witness.Names(receipt.Witness, root));
        Assert.False(Witness.Names(receipt.Witness, Hash.Of("other"u8)));
        Assert.False(Witness.Matches(TestKeys.Witness, receipt with { Round = 8 }));
        Assert.False(Witness.Matches(TestKeys.Witness, receipt with { Fence = 4 }));
        Assert.False(Witness.Matches(TestKeys.Witness, receipt with { Witness = receipt.Witness ^ 1 }));
        Assert.False(Witness.Matches(TestKeys.Witness, receipt with { Witness = receipt.Witness ^ (1UL << 63) }));
        Assert.False(Witness.Matches(new byte[32], receipt));
    }

    private static ReceiptVerdict Check(Reply.Final reply, RequestName name, Hash digest, uint edge, PublicKey key) =>
        Receipt.Check(reply, name, digest, edge, key, out _, out _);

    private static ReceiptVerdict Check(Reply.Notice notice) =>
        Receipt.Check(notice, RoundOfReplies.Edge, TestKeys.EdgeEd25519.Public, out _, out _);
}
