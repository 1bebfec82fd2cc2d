"""What leads to one person is known whatever it stands in; plain ids are not hit."""

import random

import pytest

from sim.tables.personal import is_personal


def with_check(seventeen: str) -> str:
    """A number of an identity card; the check is worked out another way than the code does."""
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    rest = sum(int(digit) * weight for digit, weight in zip(seventeen, weights, strict=True)) % 11
    return seventeen + "10X98765432"[rest]


@pytest.mark.parametrize(
    "text",
    [
        "13812345678", "+8613812345678", "+86 138 1234 5678", "0086-138-1234-5678", "(86)13812345678",
        "138-1234-5678", "138.1234.5678", "１３８１２３４５６７８", "13812345678.0", "138****5678",
        "张三 13812345678", "wx_19912345678", "电话：15912345678（妈妈）", "'17012345678", "+86138****5678",
        "010-62345678", "01062345678", "(0755)2345678", "0755-23456789", "0571 8765 4321", "+86 10 6234 5678",
        "+852 9123 4567", "+1 415-555-2671",
        "li.lei@example.com", "ann@qq.com", "Ann <ann@mail.example.cn>",
        with_check("11010519491231002"), with_check("44030620000229123"), "110105491231002",
        "身份证" + with_check("31011519880705881"),
    ],
)  # fmt: skip
def test_what_leads_to_a_person_is_known(text: str):
    assert is_personal(text)


@pytest.mark.parametrize(
    "text",
    [
        "", "1", "501", "wx_abc", "oABCD1234efgh", "张三", "12812345678", "10012345678", "536365",
        "20231113812345678", "202311138123456789", "231113-123456789012345", "1.9999999999", "0.13812345678",
        "2023-11-13 12:34:56", "2023-11-13", "11-22-33", "0001234567", "000000000012", "@someone", "a@b",
        "550e8400-e29b-41d4-a716-446655440000", "d13812345678ffffaa", "110105194912310023"[:-1] + "0",
        "111111111311111", "999999999999999", "12345678901234567890", "user0001", "85123A",
        "-13800138000123", "400-123-4567",
    ],
)  # fmt: skip
def test_ids_and_numbers_of_other_kinds_are_not_hit(text: str):
    assert not is_personal(text)


@pytest.mark.parametrize("text", ["x" * 300_000, "x" * 300_000 + "@", "@x." * 100_000 + "9", "1-" * 150_000])
def test_no_long_text_takes_ages(text: str):
    """Tried from each character to the end, one of these would take minutes."""
    assert not is_personal(text)
    assert is_personal(text + " li@example.com")


def test_the_check_tells_identity_numbers_from_long_numbers():
    luck = random.Random(1)
    for _ in range(200):
        number = with_check(
            f"3201{luck.randrange(10, 99)}19{luck.randrange(50, 99)}1115{luck.randrange(1000):03d}"
        )
        assert is_personal(number)
        wrong = number[:-1] + "0123456789X"[("0123456789X".index(number[-1]) + luck.randrange(1, 11)) % 11]
        assert not is_personal(wrong)
