# Publishes a text as the next version, and shows the change and whether the laws hold on its page.
number=$(ls content/policies/terms/versions 2> /dev/null | wc -l)
printf -- '---\ntitle: Terms of use\nsummary: [Number %s.]\n---\n%b\n' "$number" "$1" > content/policies/terms/draft.md
vellum publish terms --effective 2025-02-1$number --as-of 2025-02-1$number > said.txt || cat said.txt
[ "$number" = 0 ] && exit
vellum diff terms --as-of 2025-02-1$number
vellum build --as-of 2025-02-1$number > /dev/null
python3 laws.py 1.$((number - 1)) 1.$number
